import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  type RunStatus,
  runStatuses,
} from "../../../domain/backfills/status.js";
import { pageRuns } from "../../../operations/runs/page-runs.js";
import { getSchedule } from "../../../operations/schedules/read-schedules.js";
import { type Admitted, admittedOf } from "../../admission.js";
import { pageLink } from "../../http/page-link.js";
import {
  exportOfTeam,
  type ExportParams,
  scheduleOfTeam,
} from "../../requests.js";
import { pageOf, runLimitSchema } from "../../schemas/page-schema.js";
import { problemAnswers } from "../../schemas/problem-schema.js";
import { schedulePath } from "../schedules/schedule-routes.js";

interface RunQuery {
  readonly cursor?: string;
  readonly limit: number;
  readonly ordering: "data_interval_start" | "-data_interval_start";
  readonly status?: RunStatus;
  readonly start?: string;
  readonly end?: string;
}

interface Routed {
  Params: ExportParams;
  Querystring: RunQuery;
}

const time = {
  type: "string",
  maxLength: 64,
  description: "RFC 3339, or a date of the export's zone",
} as const;

const querySchema = {
  type: "object",
  properties: {
    cursor: {
      type: "string",
      maxLength: 500,
      description: "Where the page begins, as an earlier page gave it",
    },
    limit: runLimitSchema,
    status: { type: "string", enum: [...runStatuses] },
    ordering: {
      type: "string",
      enum: ["data_interval_start", "-data_interval_start"],
      default: "-data_interval_start",
    },
    start: {
      ...time,
      description: `Intervals that begin at or after this time: ${time.description}`,
    },
    end: {
      ...time,
      description: `Intervals that begin before this time: ${time.description}`,
    },
  },
  additionalProperties: false,
} as const;

/** The runs of all backfills and the schedule of an export, and those of its schedule alone. */
export function addExportRunRoutes(app: FastifyInstance): void {
  app.get<Routed>(
    "/api/projects/:team/batch_exports/:export/runs/",
    {
      config: { scope: "batch_export:read" },
      schema: {
        tags: ["runs"],
        operationId: "listExportRuns",
        summary:
          "The runs of all backfills and the schedule of an export by interval, page by page",
        querystring: querySchema,
        response: { 200: pageOf("BatchExportRun#"), ...problemAnswers() },
      },
    },
    async (request) => {
      const admitted = admittedOf(request);
      const { id } = await exportOfTeam(admitted, request.params.export);
      return pageOfRuns(request, admitted, { export: id, scheduleId: null });
    },
  );
  app.get<Routed>(
    `${schedulePath}runs/`,
    {
      config: { scope: "batch_export:read" },
      schema: {
        tags: ["schedules"],
        operationId: "listScheduleRuns",
        summary: "The live runs of a schedule by interval, page by page",
        querystring: querySchema,
        response: { 200: pageOf("BatchExportRun#"), ...problemAnswers() },
      },
    },
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

async function pageOfRuns(
  request: FastifyRequest<Routed>,
  { team, context }: Admitted,
  of: { readonly export: string; readonly scheduleId: string | null },
) {
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
