import { backfillObject } from "../../../contract/objects/backfill.js";
import { startHeaders } from "../../../contract/requests/headers.js";
import { exportParams } from "../../../contract/requests/paths.js";
import { startBody } from "../../../contract/requests/start-bodies.js";
import { startBackfill } from "../../../operations/backfills/start-backfill.js";
import { approvedPlanOf } from "../../../operations/plans/approved-plan.js";
import { admittedOf } from "../../admission.js";
import { idFromIdempotencyKey } from "../../http/idempotency.js";
import { operation, type Routes } from "../../openapi/operation.js";
import { exportOfTeam } from "../../requests.js";

/** Starting a backfill. */
export function addStartRoute(app: Routes): void {
  app.post(
    "/api/projects/:team/batch_exports/:export/backfills/",
    operation({
      id: "startBackfill",
      tag: "backfills",
      summary: "Start a backfill",
      scope: "batch_export:write",
      params: exportParams,
      headers: startHeaders,
      body: startBody,
      answers: { 201: backfillObject },
      problems: [409, 422],
    }),
    async (request, reply) => {
      const admitted = admittedOf(request);
      const { team, context } = admitted;
      const found = await exportOfTeam(admitted, request.params.export);
      const scope = { team, batchExportId: found.id };
      const id = idFromIdempotencyKey(request, scope);
      const { body } = request;
      const started = await startBackfill(context, {
        ...(id === null ? {} : { id }),
        export: found.id,
        team,
        start: body.start_at,
        end: body.end_at,
        order: body.order,
        only: body.only,
        overlap: body.overlap,
        concurrency: body.concurrency,
        stopAfter: body.stop_after,
        plan: approvedPlanOf(body.plan),
        timeLimitMs:
          body.time_limit_seconds === null
            ? null
            : body.time_limit_seconds * 1_000,
        note: body.note,
      });
      return reply.code(201).send(started);
    },
  );
}
