import type { FastifyInstance } from "fastify";
import type { Overlap } from "../../../domain/plans/overlap.js";
import type { PlanFacts } from "../../../domain/plans/plan-difference.js";
import { startBackfill } from "../../../operations/backfills/start-backfill.js";
import { approvedPlanOf } from "../../../operations/plans/approved-plan.js";
import { admittedOf } from "../../admission.js";
import { idFromIdempotencyKey } from "../../http/idempotency.js";
import { exportOfTeam } from "../../requests.js";
import { problemAnswers } from "../../schemas/problem-schema.js";
import { startSchema } from "../../schemas/request-schema.js";

interface StartBody {
  readonly start_at: string | null;
  readonly end_at: string | null;
  readonly order: "oldest" | "newest";
  readonly only: string;
  readonly overlap: Overlap;
  readonly concurrency: number;
  readonly stop_after: number | null;
  readonly plan:
    string | ({ readonly digest: string } & Partial<PlanFacts>) | null;
  readonly time_limit_seconds: number | null;
  readonly note: string | null;
}

/** Starting a backfill. */
export function addStartRoute(app: FastifyInstance): void {
  app.post<{ Params: { team: string; export: string }; Body: StartBody }>(
    "/api/projects/:team/batch_exports/:export/backfills/",
    {
      config: { scope: "batch_export:write" },
      schema: {
        tags: ["backfills"],
        operationId: "startBackfill",
        summary: "Start a backfill",
        headers: {
          type: "object",
          properties: { "idempotency-key": { type: "string", maxLength: 255 } },
        },
        body: startSchema,
        response: {
          201: { $ref: "BatchExportBackfill#" },
          ...problemAnswers(409, 422),
        },
      },
    },
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
