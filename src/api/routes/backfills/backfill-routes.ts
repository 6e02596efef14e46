import type { FastifyInstance } from "fastify";
import type { BackfillStatus } from "../../../domain/backfills/status.js";
import { describeBackfill } from "../../../operations/backfills/describe-backfill.js";
import { pageBackfills } from "../../../operations/backfills/page-backfills.js";
import { getBackfill } from "../../../operations/backfills/read-backfill.js";
import { admittedOf } from "../../admission.js";
import { pageLink } from "../../http/page-link.js";
import { addWarning } from "../../http/warning-header.js";
import {
  type BackfillParams,
  exportOfTeam,
  type ExportParams,
  requireBackfill,
} from "../../requests.js";
import {
  backfillPageSchema,
  pageQuerySchema,
} from "../../schemas/page-schema.js";
import { problemAnswers } from "../../schemas/problem-schema.js";

const base = "/api/projects/:team/batch_exports/:export/backfills/";

interface PageQuery {
  readonly cursor?: string;
  readonly limit: number;
  readonly ordering: "created_at" | "-created_at" | "start_at" | "-start_at";
  readonly status?: BackfillStatus;
}

const tags = ["backfills"];
const one = { $ref: "BatchExportBackfill#" };

/** Reading backfills. */
export function addBackfillRoutes(app: FastifyInstance): void {
  addList(app);
  addGet(app);
}

function addList(app: FastifyInstance): void {
  app.get<{ Params: ExportParams; Querystring: PageQuery }>(
    base,
    {
      config: { scope: "batch_export:read" },
      schema: {
        tags,
        operationId: "listBackfills",
        summary: "The backfills of an export, page by page",
        querystring: pageQuerySchema,
        response: { 200: backfillPageSchema, ...problemAnswers() },
      },
    },
    async (request) => {
      const admitted = admittedOf(request);
      const found = await exportOfTeam(admitted, request.params.export);
      const { cursor, limit, ordering, status } = request.query;
      const page = await pageBackfills(admitted.context, {
        batchExportId: found.id,
        team: admitted.team,
        status: status ?? null,
        order: {
          by: ordering.replace("-", "") as "created_at" | "start_at",
          descending: ordering.startsWith("-"),
        },
        cursor: cursor ?? null,
        limit,
      });
      return {
        next: pageLink(request, page.next),
        previous: pageLink(request, page.previous),
        results: page.results,
      };
    },
  );
}

function addGet(app: FastifyInstance): void {
  app.get<{ Params: BackfillParams }>(
    `${base}:id/`,
    {
      config: { scope: "batch_export:read" },
      schema: {
        tags,
        operationId: "getBackfill",
        summary: "A backfill",
        response: { 200: one, ...problemAnswers() },
      },
    },
    async (request, reply) => {
      const admitted = admittedOf(request);
      await requireBackfill(admitted, request.params);
      const { backfill, warning } = await getBackfill(
        admitted.context,
        request.params,
      );
      addWarning(reply, warning);
      return backfill;
    },
  );
  app.get<{ Params: BackfillParams }>(
    `${base}:id/describe/`,
    {
      config: { scope: "batch_export:read" },
      schema: {
        tags,
        operationId: "describeBackfill",
        summary: "All there is to know about a backfill",
        response: { 200: { type: "object" }, ...problemAnswers() },
      },
    },
    async (request, reply) => {
      const admitted = admittedOf(request);
      await requireBackfill(admitted, request.params);
      const { description, warning } = await describeBackfill(
        admitted.context,
        request.params,
      );
      addWarning(reply, warning);
      return description;
    },
  );
}
