import type { FastifyInstance } from "fastify";
import type { OperationContext } from "../../../operations/context.js";
import type { ScheduleReference } from "../../../operations/schedules/find-schedule.js";
import {
  pauseSchedule,
  resumeSchedule,
  type ScheduleOutcome,
  triggerSchedule,
} from "../../../operations/schedules/steer-schedule.js";
import { admittedOf } from "../../admission.js";
import { addWarning } from "../../http/warning-header.js";
import { type ExportParams, scheduleOfTeam } from "../../requests.js";
import { problemAnswers } from "../../schemas/problem-schema.js";
import { emptySchema, reasonSchema } from "../../schemas/request-schema.js";
import { schedulePath } from "./schedule-routes.js";

interface ScheduleControl {
  readonly name: "pause" | "resume" | "trigger";
  readonly operationId: string;
  readonly summary: string;
  readonly body: object;
  readonly send: (
    context: OperationContext,
    schedule: ScheduleReference,
    reason: string | null,
  ) => Promise<ScheduleOutcome>;
}

const controls: readonly ScheduleControl[] = [
  {
    name: "pause",
    operationId: "pauseSchedule",
    summary: "Add no further run until it is resumed; those added go on",
    body: reasonSchema,
    send: pauseSchedule,
  },
  {
    name: "resume",
    operationId: "resumeSchedule",
    summary: "End a pause; the next firing exports what has closed meanwhile",
    body: emptySchema,
    send: resumeSchedule,
  },
  {
    name: "trigger",
    operationId: "triggerSchedule",
    summary: "Fire now, paused or not",
    body: emptySchema,
    send: triggerSchedule,
  },
];

/** Steering a schedule. */
export function addScheduleControlRoutes(app: FastifyInstance): void {
  for (const control of controls) addControl(app, control);
}

function addControl(app: FastifyInstance, control: ScheduleControl): void {
  const { name, operationId, summary, body } = control;
  app.post<{ Params: ExportParams; Body: { reason?: string } | null }>(
    `${schedulePath}${name}/`,
    {
      config: { scope: "batch_export:write" },
      schema: {
        tags: ["schedules"],
        operationId,
        summary,
        body,
        response: {
          200: { $ref: "BatchExportSchedule#" },
          ...problemAnswers(),
        },
      },
    },
    async (request, reply) => {
      const admitted = admittedOf(request);
      const { schedule, warning } = await control.send(
        admitted.context,
        await scheduleOfTeam(admitted, request.params.export),
        request.body?.reason ?? null,
      );
      addWarning(reply, warning);
      return schedule;
    },
  );
}
