import { pageOf } from "../../../contract/objects/page.js";
import { type RunObject, runObject } from "../../../contract/objects/run.js";
import { backfillParams } from "../../../contract/requests/paths.js";
import { runsQuery } from "../../../contract/requests/queries.js";
import { listRuns } from "../../../operations/runs/list-runs.js";
import { admittedOf } from "../../admission.js";
import { pageLink } from "../../http/page-link.js";
import { operation, type Routes } from "../../openapi/operation.js";
import { requireBackfill } from "../../requests.js";

/** The runs of a backfill. */
export function addRunRoutes(app: Routes): void {
  app.get(
    "/api/projects/:team/batch_exports/:export/backfills/:id/runs/",
    operation({
      id: "listRuns",
      tag: "runs",
      summary: "The runs of a backfill in the order of export, page by page",
      scope: "batch_export:read",
      params: backfillParams,
      query: runsQuery,
      answers: { 200: pageOf(runObject) },
    }),
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
