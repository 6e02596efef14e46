import type { FastifyInstance } from "fastify";
import type { RunObject } from "../../../contract/backfill.js";
import {
  type RunStatus,
  runStatuses,
} from "../../../domain/backfills/status.js";
import { listRuns } from "../../../operations/runs/list-runs.js";
import { admittedOf } from "../../admission.js";
import { pageLink } from "../../http/page-link.js";
import { type BackfillParams, requireBackfill } from "../../requests.js";
import { pageOf, runLimitSchema } from "../../schemas/page-schema.js";
import { problemAnswers } from "../../schemas/problem-schema.js";

interface RunQuery {
  readonly cursor?: number;
  readonly limit: number;
  readonly status?: RunStatus;
}

const querySchema = {
  type: "object",
  properties: {
    cursor: {
      type: "integer",
      minimum: 0,
      maximum: 5_000_000,
      description: "The ordinal after which the page begins",
    },
    limit: runLimitSchema,
    status: { type: "string", enum: [...runStatuses] },
  },
  additionalProperties: false,
} as const;

/** The runs of a backfill. */
export function addRunRoutes(app: FastifyInstance): void {
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
        response: { 200: pageOf("BatchExportRun#"), ...problemAnswers() },
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
