import type { FastifyInstance } from "fastify";
import { coverageCalendar } from "../../../operations/coverage/coverage-calendar.js";
import { exportCoverage } from "../../../operations/coverage/export-coverage.js";
import { admittedOf } from "../../admission.js";
import { exportOfTeam, type ExportParams } from "../../requests.js";
import {
  coverageCalendarSchema,
  coverageSchema,
} from "../../schemas/coverage-schema.js";
import { problemAnswers } from "../../schemas/problem-schema.js";

interface CoverageQuery {
  readonly start?: string;
  readonly end?: string;
}

const time = {
  type: "string",
  maxLength: 64,
  description: "A boundary of the interval: RFC 3339, or a date of the zone",
} as const;

const querySchema = {
  type: "object",
  properties: { start: time, end: time },
  additionalProperties: false,
} as const;

interface CalendarQuery extends CoverageQuery {
  readonly cells: number;
  readonly ranges: number;
}

const calendarQuerySchema = {
  type: "object",
  properties: {
    start: time,
    end: time,
    cells: { type: "integer", minimum: 1, maximum: 5_000, default: 1_000 },
    ranges: { type: "integer", minimum: 0, maximum: 1_000, default: 500 },
  },
  additionalProperties: false,
} as const;

/** Which intervals of an export are covered, from the ledger alone. */
export function addCoverageRoutes(app: FastifyInstance): void {
  addCoverage(app);
  addCalendar(app);
}

function addCoverage(app: FastifyInstance): void {
  app.get<{ Params: ExportParams; Querystring: CoverageQuery }>(
    "/api/projects/:team/batch_exports/:export/coverage/",
    {
      config: { scope: "batch_export:read" },
      schema: {
        tags: ["batch exports"],
        operationId: "exportCoverage",
        summary: "Which intervals are covered, stale, open, failed and missing",
        querystring: querySchema,
        response: { 200: coverageSchema, ...problemAnswers() },
      },
    },
    async (request) => {
      const admitted = admittedOf(request);
      const { id } = await exportOfTeam(admitted, request.params.export);
      const { start, end } = request.query;
      return exportCoverage(admitted.context, {
        export: id,
        team: admitted.team,
        start: start ?? null,
        end: end ?? null,
      });
    },
  );
}

function addCalendar(app: FastifyInstance): void {
  app.get<{ Params: ExportParams; Querystring: CalendarQuery }>(
    "/api/projects/:team/batch_exports/:export/coverage/calendar/",
    {
      config: { scope: "batch_export:read" },
      schema: {
        tags: ["batch exports"],
        operationId: "coverageCalendar",
        summary: "How many intervals are in which state, cell by cell",
        querystring: calendarQuerySchema,
        response: { 200: coverageCalendarSchema, ...problemAnswers() },
      },
    },
    async (request) => {
      const admitted = admittedOf(request);
      const { id } = await exportOfTeam(admitted, request.params.export);
      const { start, end, cells, ranges } = request.query;
      return coverageCalendar(admitted.context, {
        export: id,
        team: admitted.team,
        cells,
        ranges,
        start: start ?? null,
        end: end ?? null,
      });
    },
  );
}
