import type { FastifyInstance } from "fastify";
import type { RunObject } from "../../contract/backfill.js";
import { type RunStatus, runStatuses } from "../../domain/status.js";
import { listRuns } from "../../operations/list-runs.js";
import { pageRuns } from "../../operations/page-runs.js";
import { pageLink } from "../page-link.js";
import { admittedOf } from "../admission.js";
import {
  type BackfillParams,
  type ExportParams,
  exportOfTeam,
  requireBackfill,
} from "../requests.js";
import { pageOf } from "../schemas/page-schema.js";
import { problemAnswers } from "../schemas/problem-schema.js";

interface RunQuery {
  readonly cursor?: number;
  readonly limit: number;
  readonly status?: RunStatus;
}

interface ExportRunQuery {
  readonly cursor?: string;
  readonly limit: number;
  readonly ordering: "data_interval_start" | "-data_interval_start";
  readonly status?: RunStatus;
  readonly start?: string;
  readonly end?: string;
}

const limit = { type: "integer", minimum: 1, maximum: 1_000, default: 100 };
const status = { type: "string", enum: [...runStatuses] };

const querySchema = {
  type: "object",
  properties: {
    cursor: {
      type: "integer",
      minimum: 0,
      maximum: 5_000_000,
      description: "The ordinal after which the page begins",
    },
    ...{ limit, status },
  },
  additionalProperties: false,
} as const;

const time = {
  type: "string",
  maxLength: 64,
  description: "RFC 3339, or a date of the export's zone",
} as const;

const exportQuerySchema = {
  type: "object",
  properties: {
    cursor: {
      type: "string",
      maxLength: 500,
      description: "Where the page begins, as an earlier page gave it",
    },
    ...{ limit, status },
    ordering: {
      type: "string",
      enum: ["data_interval_start", "-data_interval_start"],
      default: "-data_interval_start",
    },
    start: {
      ...time,
      description: `Intervals that begin at or after this time: ${time.description}`,
    },
    end: {
      ...time,
      description: `Intervals that begin before this time: ${time.description}`,
    },
  },
  additionalProperties: false,
} as const;

/** The runs of a backfill, and those of all backfills of an export. */
export function addRunRoutes(app: FastifyInstance): void {
  addRunsOfBackfill(app);
  addRunsOfExport(app);
}

function addRunsOfBackfill(app: FastifyInstance): void {
  app.get<{
    Params: BackfillParams;
    Querystring: RunQuery;
  }>(
    "/api/projects/:team/batch_exports/:export/backfills/:id/runs/",
    {
      config: { scope: "batch_export:read" },
      schema: {
        tags: ["runs"],
        operationId: "listRuns",
        summary: "The runs of a backfill in the order of export, page by page",
        querystring: querySchema,
        response: { 200: pageOf("BatchExportRun#"), ...problemAnswers(400) },
      },
    },
    async (request) => {
      const admitted = admittedOf(request);
      await requireBackfill(admitted, request.params);
      const { cursor, limit, status } = request.query;
      const found: RunObject[] = [];
      for await (const run of listRuns(admitted.context, {
        id: request.params.id,
        status: status ?? null,
        limit: limit + 1, // one more tells whether there is another page
        after: cursor ?? null,
      })) {
        found.push(run);
      }
      const results = found.slice(0, limit);
      const last = found.length > limit ? results.at(-1)?.ordinal : null;
      const next = typeof last === "number" ? String(last) : null;
      return { next: pageLink(request, next), previous: null, results };
    },
  );
}

function addRunsOfExport(app: FastifyInstance): void {
  app.get<{ Params: ExportParams; Querystring: ExportRunQuery }>(
    "/api/projects/:team/batch_exports/:export/runs/",
    {
      config: { scope: "batch_export:read" },
      schema: {
        tags: ["runs"],
        operationId: "listExportRuns",
        summary:
          "The runs of all backfills of an export by interval, page by page",
        querystring: exportQuerySchema,
        response: { 200: pageOf("BatchExportRun#"), ...problemAnswers(400) },
      },
    },
    async (request) => {
      const admitted = admittedOf(request);
      const { id } = await exportOfTeam(admitted, request.params.export);
      const { cursor, ordering, status, start, end } = request.query;
      const page = await pageRuns(admitted.context, {
        ...{ export: id, team: admitted.team },
        status: status ?? null,
        start: start ?? null,
        end: end ?? null,
        descending: ordering.startsWith("-"),
        cursor: cursor ?? null,
        limit: request.query.limit,
      });
      return {
        next: pageLink(request, page.next),
        previous: pageLink(request, page.previous),
        results: page.results,
      };
    },
  );
}
