import type { FastifyInstance } from "fastify";
import type { Overlap } from "../../../domain/plans/overlap.js";
import { planBackfill } from "../../../operations/plans/preview-plan.js";
import { admittedOf } from "../../admission.js";
import { disconnection } from "../../http/disconnection.js";
import { exportOfTeam, type ExportParams } from "../../requests.js";
import { planAnswerSchema } from "../../schemas/plan-schema.js";
import { problemAnswers } from "../../schemas/problem-schema.js";
import { planSchema } from "../../schemas/request-schema.js";

interface PlanBody {
  readonly start_at: string | null;
  readonly end_at: string | null;
  readonly order: "oldest" | "newest";
  readonly only: string;
  readonly overlap: Overlap;
}

/** What a start would do. A worker looks; nothing is written, so that a key that may read may ask. */
export function addPlanRoute(app: FastifyInstance): void {
  app.post<{ Params: ExportParams; Body: PlanBody }>(
    "/api/projects/:team/batch_exports/:export/backfills/plan/",
    {
      config: { scope: "batch_export:read" },
      schema: {
        tags: ["backfills"],
        operationId: "planBackfill",
        summary: "What a start would run, with nothing written",
        body: planSchema,
        response: { 200: planAnswerSchema, ...problemAnswers(409, 422) },
      },
    },
    async (request, reply) => {
      const admitted = admittedOf(request);
      const { id } = await exportOfTeam(admitted, request.params.export);
      const { start_at: start, end_at: end, ...options } = request.body;
      const plan = await planBackfill(
        admitted.context,
        { export: id, team: admitted.team, start, end, ...options },
        disconnection(reply),
      );
      return plan.object;
    },
  );
}
