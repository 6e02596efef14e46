import type { FastifyInstance } from "fastify";
import { explainRun } from "../../../operations/runs/explain-run.js";
import { admittedOf } from "../../admission.js";
import { type BackfillParams, requireBackfill } from "../../requests.js";
import { problemAnswers } from "../../schemas/problem-schema.js";

/** The story of one run. */
export function addRunStoryRoute(app: FastifyInstance): void {
  app.get<{ Params: BackfillParams & { readonly run: string } }>(
    "/api/projects/:team/batch_exports/:export/backfills/:id/runs/:run/",
    {
      config: { scope: "batch_export:read" },
      schema: {
        tags: ["runs"],
        operationId: "explainRun",
        summary:
          "The story of a run, named by its number or a time inside of its interval",
        response: { 200: { type: "object" }, ...problemAnswers() },
      },
    },
    async (request) => {
      const admitted = admittedOf(request);
      await requireBackfill(admitted, request.params);
      return explainRun(admitted.context, request.params);
    },
  );
}
