import type { z } from "zod";
import type { Published } from "../../../contract/objects/published.js";
import { scheduleObject } from "../../../contract/objects/schedule.js";
import {
  emptyBody,
  reasonBody,
} from "../../../contract/requests/control-bodies.js";
import {
  type ExportParams,
  exportParams,
} from "../../../contract/requests/paths.js";
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
import { operation, type Routes } from "../../openapi/operation.js";
import { scheduleOfTeam } from "../../requests.js";
import { schedulePath } from "./schedule-routes.js";

/** Steering a schedule. */
export function addScheduleControlRoutes(app: Routes): void {
  addControl(app, "pause", {
    id: "pauseSchedule",
    summary: "Add no further run until it is resumed; those added go on",
    body: reasonBody,
    send: (context, schedule, body) =>
      pauseSchedule(context, schedule, body?.reason ?? null),
  });
  addControl(app, "resume", {
    id: "resumeSchedule",
    summary: "End a pause; the next firing exports what has closed meanwhile",
    body: emptyBody,
    send: resumeSchedule,
  });
  addControl(app, "trigger", {
    id: "triggerSchedule",
    summary: "Fire now, paused or not",
    body: emptyBody,
    send: triggerSchedule,
  });
}

interface ScheduleControl<Body extends z.ZodType> {
  readonly id: string;
  readonly summary: string;
  readonly body: Body;
  readonly send: (
    context: OperationContext,
    schedule: ScheduleReference,
    body: Published<Body>,
  ) => Promise<ScheduleOutcome>;
}

function addControl<Body extends z.ZodType>(
  app: Routes,
  name: string,
  { id, summary, body, send }: ScheduleControl<Body>,
): void {
  const options = operation({
    id,
    tag: "schedules",
    summary,
    scope: "batch_export:write",
    params: exportParams,
    body,
    answers: { 200: scheduleObject },
  });
  app.post<{ Params: ExportParams }>(
    `${schedulePath}${name}/`,
    options,
    async (request, reply) => {
      const admitted = admittedOf(request);
      const { schedule, warning } = await send(
        admitted.context,
        await scheduleOfTeam(admitted, request.params.export),
        request.body as Published<Body>, // as its schema had it checked
      );
      addWarning(reply, warning);
      return schedule;
    },
  );
}
