import type { z } from "zod";
import { type PageOf, pageOf } from "../../../contract/objects/page.js";
import { type RunObject, runObject } from "../../../contract/objects/run.js";
import { exportParams } from "../../../contract/requests/paths.js";
import { exportRunsQuery } from "../../../contract/requests/queries.js";
import { pageRuns } from "../../../operations/runs/page-runs.js";
import { getSchedule } from "../../../operations/schedules/read-schedules.js";
import { type Admitted, admittedOf } from "../../admission.js";
import { type Linked, pageLink } from "../../http/page-link.js";
import { operation, type Routes } from "../../openapi/operation.js";
import { exportOfTeam, scheduleOfTeam } from "../../requests.js";
import { schedulePath } from "../schedules/schedule-routes.js";

interface Asked extends Linked {
  readonly query: z.output<typeof exportRunsQuery>;
}

/** The runs of all backfills and the schedule of an export, and those of its schedule alone. */
export function addExportRunRoutes(app: Routes): void {
  app.get(
    "/api/projects/:team/batch_exports/:export/runs/",
    operation({
      id: "listExportRuns",
      tag: "runs",
      summary:
        "The runs of all backfills and the schedule of an export by interval, page by page",
      scope: "batch_export:read",
      params: exportParams,
      query: exportRunsQuery,
      answers: { 200: runPage },
    }),
    async (request) => {
      const admitted = admittedOf(request);
      const { id } = await exportOfTeam(admitted, request.params.export);
      return pageOfRuns(request, admitted, { export: id, scheduleId: null });
    },
  );
  app.get(
    `${schedulePath}runs/`,
    operation({
      id: "listScheduleRuns",
      tag: "schedules",
      summary: "The live runs of a schedule by interval, page by page",
      scope: "batch_export:read",
      params: exportParams,
      query: exportRunsQuery,
      answers: { 200: runPage },
    }),
    async (request) => {
      const admitted = admittedOf(request);
      const schedule = await getSchedule(
        admitted.context,
        await scheduleOfTeam(admitted, request.params.export),
      );
      return pageOfRuns(request, admitted, {
        export: schedule.batch_export,
        scheduleId: schedule.id,
      });
    },
  );
}

const runPage = pageOf(runObject);

async function pageOfRuns(
  request: Asked,
  { team, context }: Admitted,
  of: { readonly export: string; readonly scheduleId: string | null },
): Promise<PageOf<RunObject>> {
  const { cursor, limit, ordering, status, start, end } = request.query;
  const page = await pageRuns(context, {
    ...of,
    team,
    status: status ?? null,
    start: start ?? null,
    end: end ?? null,
    descending: ordering.startsWith("-"),
    cursor: cursor ?? null,
    limit,
  });
  return {
    next: pageLink(request, page.next),
    previous: pageLink(request, page.previous),
    results: page.results,
  };
}
