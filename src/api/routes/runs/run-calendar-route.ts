import { runCalendarObject } from "../../../contract/objects/run-calendar.js";
import { backfillParams } from "../../../contract/requests/paths.js";
import { runCalendarQuery } from "../../../contract/requests/queries.js";
import { runCalendar } from "../../../operations/runs/run-calendar.js";
import { admittedOf } from "../../admission.js";
import { operation, type Routes } from "../../openapi/operation.js";
import { requireBackfill } from "../../requests.js";

/** Where all runs of a backfill stand, in few cells however many runs there are. */
export function addRunCalendarRoute(app: Routes): void {
  app.get(
    "/api/projects/:team/batch_exports/:export/backfills/:id/calendar/",
    operation({
      id: "runCalendar",
      tag: "runs",
      summary: "How many runs have which status, cell by cell of the range",
      scope: "batch_export:read",
      params: backfillParams,
      query: runCalendarQuery,
      answers: { 200: runCalendarObject },
    }),
    async (request) => {
      const admitted = admittedOf(request);
      await requireBackfill(admitted, request.params);
      const { from, to, cells } = request.query;
      return runCalendar(admitted.context, {
        id: request.params.id,
        from,
        to: to ?? null,
        cells,
      });
    },
  );
}
