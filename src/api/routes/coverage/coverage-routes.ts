import {
  coverageCalendarObject,
  coverageObject,
} from "../../../contract/objects/coverage.js";
import { exportParams } from "../../../contract/requests/paths.js";
import {
  coverageCalendarQuery,
  coverageQuery,
} from "../../../contract/requests/queries.js";
import { coverageCalendar } from "../../../operations/coverage/coverage-calendar.js";
import { exportCoverage } from "../../../operations/coverage/export-coverage.js";
import { admittedOf } from "../../admission.js";
import { operation, type Routes } from "../../openapi/operation.js";
import { exportOfTeam } from "../../requests.js";

const tag = "batch exports";

/** Which intervals of an export are covered, from the ledger alone. */
export function addCoverageRoutes(app: Routes): void {
  addCoverage(app);
  addCalendar(app);
}

function addCoverage(app: Routes): void {
  app.get(
    "/api/projects/:team/batch_exports/:export/coverage/",
    operation({
      id: "exportCoverage",
      tag,
      summary: "Which intervals are covered, stale, open, failed and missing",
      scope: "batch_export:read",
      params: exportParams,
      query: coverageQuery,
      answers: { 200: coverageObject },
    }),
    async (request) => {
      const admitted = admittedOf(request);
      const { id } = await exportOfTeam(admitted, request.params.export);
      const { start, end } = request.query;
      return exportCoverage(admitted.context, {
        export: id,
        team: admitted.team,
        start: start ?? null,
        end: end ?? null,
      });
    },
  );
}

function addCalendar(app: Routes): void {
  app.get(
    "/api/projects/:team/batch_exports/:export/coverage/calendar/",
    operation({
      id: "coverageCalendar",
      tag,
      summary: "How many intervals are in which state, cell by cell",
      scope: "batch_export:read",
      params: exportParams,
      query: coverageCalendarQuery,
      answers: { 200: coverageCalendarObject },
    }),
    async (request) => {
      const admitted = admittedOf(request);
      const { id } = await exportOfTeam(admitted, request.params.export);
      const { start, end, cells, ranges } = request.query;
      return coverageCalendar(admitted.context, {
        export: id,
        team: admitted.team,
        cells,
        ranges,
        start: start ?? null,
        end: end ?? null,
      });
    },
  );
}
