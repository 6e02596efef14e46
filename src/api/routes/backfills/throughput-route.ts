import { throughputObject } from "../../../contract/objects/throughput.js";
import { backfillParams } from "../../../contract/requests/paths.js";
import { throughputQuery } from "../../../contract/requests/queries.js";
import { backfillThroughput } from "../../../operations/backfills/backfill-throughput.js";
import { admittedOf } from "../../admission.js";
import { operation, type Routes } from "../../openapi/operation.js";
import { requireBackfill } from "../../requests.js";

/** What a backfill got done over its life, in few numbers however many runs there are. */
export function addThroughputRoute(app: Routes): void {
  app.get(
    "/api/projects/:team/batch_exports/:export/backfills/:id/throughput/",
    operation({
      id: "backfillThroughput",
      tag: "backfills",
      summary:
        "Runs, records and bytes over the life of a backfill, and its pauses",
      scope: "batch_export:read",
      params: backfillParams,
      query: throughputQuery,
      answers: { 200: throughputObject },
    }),
    async (request) => {
      const admitted = admittedOf(request);
      await requireBackfill(admitted, request.params);
      return backfillThroughput(admitted.context, {
        id: request.params.id,
        buckets: request.query.buckets,
      });
    },
  );
}
