import { backfillObject } from "../../../contract/objects/backfill.js";
import { backfillDescription } from "../../../contract/objects/backfill-description.js";
import { pageOf } from "../../../contract/objects/page.js";
import {
  backfillParams,
  exportParams,
} from "../../../contract/requests/paths.js";
import { backfillsQuery } from "../../../contract/requests/queries.js";
import { describeBackfill } from "../../../operations/backfills/describe-backfill.js";
import { pageBackfills } from "../../../operations/backfills/page-backfills.js";
import { getBackfill } from "../../../operations/backfills/read-backfill.js";
import { admittedOf } from "../../admission.js";
import { pageLink } from "../../http/page-link.js";
import { addWarning } from "../../http/warning-header.js";
import { operation, type Routes } from "../../openapi/operation.js";
import { exportOfTeam, requireBackfill } from "../../requests.js";

const base = "/api/projects/:team/batch_exports/:export/backfills/";

const tag = "backfills";

/** Reading backfills. */
export function addBackfillRoutes(app: Routes): void {
  addList(app);
  addGet(app);
}

function addList(app: Routes): void {
  app.get(
    base,
    operation({
      id: "listBackfills",
      tag,
      summary: "The backfills of an export, page by page",
      scope: "batch_export:read",
      params: exportParams,
      query: backfillsQuery,
      answers: { 200: pageOf(backfillObject) },
    }),
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

function addGet(app: Routes): void {
  app.get(
    `${base}:id/`,
    operation({
      id: "getBackfill",
      tag,
      summary: "A backfill",
      scope: "batch_export:read",
      params: backfillParams,
      answers: { 200: backfillObject },
    }),
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
  app.get(
    `${base}:id/describe/`,
    operation({
      id: "describeBackfill",
      tag,
      summary: "All there is to know about a backfill",
      scope: "batch_export:read",
      params: backfillParams,
      answers: { 200: backfillDescription },
    }),
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
