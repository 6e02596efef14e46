import type { FastifyInstance } from "fastify";
import type { AuditMode } from "../../../contract/schedule.js";
import { createSchedule } from "../../../operations/schedules/create-schedule.js";
import {
  getSchedule,
  listSchedules,
} from "../../../operations/schedules/read-schedules.js";
import { deleteSchedule } from "../../../operations/schedules/steer-schedule.js";
import { admittedOf } from "../../admission.js";
import { addWarning } from "../../http/warning-header.js";
import {
  exportOfTeam,
  type ExportParams,
  scheduleOfTeam,
  type TeamParams,
} from "../../requests.js";
import { problemAnswers } from "../../schemas/problem-schema.js";
import { createScheduleSchema } from "../../schemas/schedule-schema.js";

interface ScheduleBody {
  readonly live_from: string | null;
  readonly lookback: number;
  readonly delay_seconds: number;
  readonly jitter_seconds: number;
  readonly catch_up_seconds: number;
  readonly concurrency: number;
  readonly audit: AuditMode;
  readonly note: string | null;
}

/** Where the schedule of an export is: it has one at most. */
export const schedulePath =
  "/api/projects/:team/batch_exports/:export/schedule/";

const tags = ["schedules"];
const one = { $ref: "BatchExportSchedule#" };

/** Schedules: each interval of an export as it closes. */
export function addScheduleRoutes(app: FastifyInstance): void {
  addReading(app);
  addCreate(app);
  addDelete(app);
}

function addReading(app: FastifyInstance): void {
  app.get<{ Params: TeamParams }>(
    "/api/projects/:team/schedules/",
    {
      config: { scope: "batch_export:read" },
      schema: {
        tags,
        operationId: "listSchedules",
        summary: "The team's schedules, by the name of their export",
        response: { 200: { type: "array", items: one }, ...problemAnswers() },
      },
    },
    async (request) => {
      const { team, context } = admittedOf(request);
      return listSchedules(context, { team });
    },
  );
  app.get<{ Params: ExportParams }>(
    schedulePath,
    {
      config: { scope: "batch_export:read" },
      schema: {
        tags,
        operationId: "getSchedule",
        summary: "The schedule of an export",
        response: { 200: one, ...problemAnswers() },
      },
    },
    async (request) => {
      const admitted = admittedOf(request);
      return getSchedule(
        admitted.context,
        await scheduleOfTeam(admitted, request.params.export),
      );
    },
  );
}

function addCreate(app: FastifyInstance): void {
  app.post<{ Params: ExportParams; Body: ScheduleBody }>(
    schedulePath,
    {
      config: { scope: "batch_export:write" },
      schema: {
        tags,
        operationId: "createSchedule",
        summary: "Export each interval as it closes, from now or live_from on",
        body: createScheduleSchema,
        response: { 201: one, ...problemAnswers(409) },
      },
    },
    async (request, reply) => {
      const admitted = admittedOf(request);
      const { id } = await exportOfTeam(admitted, request.params.export);
      const { body } = request;
      const created = await createSchedule(admitted.context, {
        export: id,
        team: admitted.team,
        from: body.live_from,
        lookback: body.lookback,
        delayMs: body.delay_seconds * 1_000,
        jitterMs: body.jitter_seconds * 1_000,
        catchUpMs: body.catch_up_seconds * 1_000,
        concurrency: body.concurrency,
        audit: body.audit,
        note: body.note,
      });
      return reply.code(201).send(created);
    },
  );
}

function addDelete(app: FastifyInstance): void {
  app.delete<{ Params: ExportParams }>(
    schedulePath,
    {
      config: { scope: "batch_export:write" },
      schema: {
        tags,
        operationId: "deleteSchedule",
        summary: "End a schedule; its runs at work go on to their end",
        response: { 200: one, ...problemAnswers() },
      },
    },
    async (request, reply) => {
      const admitted = admittedOf(request);
      const { schedule, warning } = await deleteSchedule(
        admitted.context,
        await scheduleOfTeam(admitted, request.params.export),
      );
      addWarning(reply, warning);
      return schedule;
    },
  );
}
