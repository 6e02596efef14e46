import type { FastifyInstance } from "fastify";
import { runCalendar } from "../../../operations/runs/run-calendar.js";
import { admittedOf } from "../../admission.js";
import { type BackfillParams, requireBackfill } from "../../requests.js";
import { problemAnswers } from "../../schemas/problem-schema.js";

interface CalendarQuery {
  readonly from: number;
  readonly to?: number;
  readonly cells: number;
}

const ordinal = { type: "integer", minimum: 0, maximum: 5_000_000 } as const;
const count = { type: "integer" } as const;

const querySchema = {
  type: "object",
  properties: {
    from: { ...ordinal, default: 0 },
    to: ordinal,
    cells: { type: "integer", minimum: 1, maximum: 5_000, default: 1_000 },
  },
  additionalProperties: false,
} as const;

const cellSchema = {
  type: "object",
  properties: {
    start: { type: "string", format: "date-time" },
    records: { type: "integer", format: "int64" },
    runs: { type: "object", additionalProperties: count },
  },
  required: ["start", "records", "runs"],
} as const;

const calendarSchema = {
  type: "object",
  properties: {
    total_runs: count,
    from: count,
    to: count,
    runs_per_cell: count,
    cells: { type: "array", items: cellSchema },
  },
  required: ["total_runs", "from", "to", "runs_per_cell", "cells"],
} as const;

/** Where all runs of a backfill stand, in few cells however many runs there are. */
export function addRunCalendarRoute(app: FastifyInstance): void {
  app.get<{ Params: BackfillParams; Querystring: CalendarQuery }>(
    "/api/projects/:team/batch_exports/:export/backfills/:id/calendar/",
    {
      config: { scope: "batch_export:read" },
      schema: {
        tags: ["runs"],
        operationId: "runCalendar",
        summary: "How many runs have which status, cell by cell of the range",
        querystring: querySchema,
        response: { 200: calendarSchema, ...problemAnswers() },
      },
    },
    async (request) => {
      const admitted = admittedOf(request);
      await requireBackfill(admitted, request.params);
      const { from, to, cells } = request.query;
      return runCalendar(admitted.context, {
        id: request.params.id,
        from,
        to: to ?? null,
        cells,
      });
    },
  );
}
