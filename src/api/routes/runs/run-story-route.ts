import { runStoryObject } from "../../../contract/objects/run-story.js";
import { runParams } from "../../../contract/requests/paths.js";
import { explainRun } from "../../../operations/runs/explain-run.js";
import { admittedOf } from "../../admission.js";
import { operation, type Routes } from "../../openapi/operation.js";
import { requireBackfill } from "../../requests.js";

/** The story of one run. */
export function addRunStoryRoute(app: Routes): void {
  app.get(
    "/api/projects/:team/batch_exports/:export/backfills/:id/runs/:run/",
    operation({
      id: "explainRun",
      tag: "runs",
      summary:
        "The story of a run, named by its number or a time inside of its interval",
      scope: "batch_export:read",
      params: runParams,
      answers: { 200: runStoryObject },
    }),
    async (request) => {
      const admitted = admittedOf(request);
      await requireBackfill(admitted, request.params);
      return explainRun(admitted.context, request.params);
    },
  );
}
