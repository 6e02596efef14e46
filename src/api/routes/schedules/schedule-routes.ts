import { z } from "zod";
import { scheduleObject } from "../../../contract/objects/schedule.js";
import { exportParams, teamParams } from "../../../contract/requests/paths.js";
import { createScheduleBody } from "../../../contract/requests/schedule-bodies.js";
import { createSchedule } from "../../../operations/schedules/create-schedule.js";
import {
  getSchedule,
  listSchedules,
} from "../../../operations/schedules/read-schedules.js";
import { deleteSchedule } from "../../../operations/schedules/steer-schedule.js";
import { admittedOf } from "../../admission.js";
import { addWarning } from "../../http/warning-header.js";
import { operation, type Routes } from "../../openapi/operation.js";
import { exportOfTeam, scheduleOfTeam } from "../../requests.js";

/** Where the schedule of an export is: it has one at most. */
export const schedulePath =
  "/api/projects/:team/batch_exports/:export/schedule/";

const tag = "schedules";

/** Schedules: each interval of an export as it closes. */
export function addScheduleRoutes(app: Routes): void {
  addReading(app);
  addCreate(app);
  addDelete(app);
}

function addReading(app: Routes): void {
  app.get(
    "/api/projects/:team/schedules/",
    operation({
      id: "listSchedules",
      tag,
      summary: "The team's schedules, by the name of their export",
      scope: "batch_export:read",
      params: teamParams,
      answers: { 200: z.array(scheduleObject) },
    }),
    async (request) => {
      const { team, context } = admittedOf(request);
      return listSchedules(context, { team });
    },
  );
  app.get(
    schedulePath,
    operation({
      id: "getSchedule",
      tag,
      summary: "The schedule of an export",
      scope: "batch_export:read",
      params: exportParams,
      answers: { 200: scheduleObject },
    }),
    async (request) => {
      const admitted = admittedOf(request);
      return getSchedule(
        admitted.context,
        await scheduleOfTeam(admitted, request.params.export),
      );
    },
  );
}

function addCreate(app: Routes): void {
  app.post(
    schedulePath,
    operation({
      id: "createSchedule",
      tag,
      summary: "Export each interval as it closes, from now or live_from on",
      scope: "batch_export:write",
      params: exportParams,
      body: createScheduleBody,
      answers: { 201: scheduleObject },
      problems: [409],
    }),
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

function addDelete(app: Routes): void {
  app.delete(
    schedulePath,
    operation({
      id: "deleteSchedule",
      tag,
      summary: "End a schedule; its runs at work go on to their end",
      scope: "batch_export:write",
      params: exportParams,
      answers: { 200: scheduleObject },
    }),
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
