import type { FastifyInstance } from "fastify";
import { exportCoverage } from "../../operations/export-coverage.js";
import { admittedOf } from "../admission.js";
import { type ExportParams, exportOfTeam } from "../requests.js";
import { coverageSchema } from "../schemas/coverage-schema.js";
import { problemAnswers } from "../schemas/problem-schema.js";

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

/** Which intervals of an export are covered, from the ledger alone. */
export function addCoverageRoute(app: FastifyInstance): void {
  app.get<{ Params: ExportParams; Querystring: CoverageQuery }>(
    "/api/projects/:team/batch_exports/:export/coverage/",
    {
      config: { scope: "batch_export:read" },
      schema: {
        tags: ["batch exports"],
        operationId: "exportCoverage",
        summary: "Which intervals are covered, stale, open, failed and missing",
        querystring: querySchema,
        response: { 200: coverageSchema, ...problemAnswers(400) },
      },
    },
    async (request) => {
      const admitted = admittedOf(request);
      const { id } = await exportOfTeam(admitted, request.params.export);
      const { start, end } = request.query;
      return exportCoverage(admitted.context, {
        ...{ export: id, team: admitted.team },
        start: start ?? null,
        end: end ?? null,
      });
    },
  );
}
