import { planObject } from "../../../contract/objects/plan.js";
import { exportParams } from "../../../contract/requests/paths.js";
import { planBody } from "../../../contract/requests/start-bodies.js";
import { planBackfill } from "../../../operations/plans/preview-plan.js";
import { admittedOf } from "../../admission.js";
import { disconnection } from "../../http/disconnection.js";
import { operation, type Routes } from "../../openapi/operation.js";
import { exportOfTeam } from "../../requests.js";

/** What a start would do. A worker looks; nothing is written, so that a key that may read may ask. */
export function addPlanRoute(app: Routes): void {
  app.post(
    "/api/projects/:team/batch_exports/:export/backfills/plan/",
    operation({
      id: "planBackfill",
      tag: "backfills",
      summary: "What a start would run, with nothing written",
      scope: "batch_export:read",
      params: exportParams,
      body: planBody,
      answers: { 200: planObject },
      problems: [409, 422],
    }),
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
