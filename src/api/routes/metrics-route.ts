import type { FastifyInstance } from "fastify";
import type { OperationContext } from "../../operations/context.js";
import {
  countBackfills,
  countRunsByStatus,
} from "../../store/count-by-status.js";
import type { Access } from "../access/access.js";
import type { StreamLimiter } from "../events/stream-limit.js";
import {
  type Metric,
  metricsMediaType,
  metricsText,
} from "../metrics/metrics-text.js";
import type { RequestCounter } from "../metrics/request-counter.js";

type Pool = OperationContext["pool"];

export interface MetricsDependencies {
  readonly pool: Pool;
  readonly access: Access;
  readonly requests: RequestCounter;
  readonly streams: StreamLimiter;
}

/** `/metrics` for Prometheus: this process's requests and streams, and the backfills and runs of the key's team. */
export function addMetricsRoute(
  app: FastifyInstance,
  { pool, access, requests, streams }: MetricsDependencies,
): void {
  app.get("/metrics", { schema: { hide: true } }, async (request, reply) => {
    const { team } = await access(request);
    const text = metricsText([
      requests.metric(),
      {
        name: "refill_event_streams",
        type: "gauge",
        help: "Event streams that are open in this process.",
        samples: [{ labels: {}, value: streams.open }],
      },
      await backfillsMetric(pool, team),
      await runsMetric(pool, team),
    ]);
    return reply
      .header("content-type", metricsMediaType)
      .serializer((payload: string) => payload)
      .send(text);
  });
}

async function backfillsMetric(
  pool: Pool,
  ofTeam: number | null,
): Promise<Metric> {
  const counts = await countBackfills(pool, ofTeam);
  return {
    name: "refill_backfills",
    type: "gauge",
    help: "Backfills by team and status.",
    samples: counts.map(({ team, status, backfills }) => ({
      labels: { team: String(team), status },
      value: backfills,
    })),
  };
}

async function runsMetric(pool: Pool, ofTeam: number | null): Promise<Metric> {
  const counts = await countRunsByStatus(pool, ofTeam);
  return {
    name: "refill_runs",
    type: "gauge",
    help: "Planned runs by team and status.",
    samples: counts.flatMap(({ team, ...byStatus }) =>
      Object.entries(byStatus).map(([status, value]) => ({
        labels: { team: String(team), status: statusNames[status] ?? status },
        value,
      })),
    ),
  };
}

/** The tally's columns, as the statuses that they count. */
const statusNames: Readonly<Record<string, string>> = {
  starting: "Starting",
  running: "Running",
  completed: "Completed",
  failed: "Failed",
  failed_retryable: "FailedRetryable",
  timed_out: "TimedOut",
  cancelled: "Cancelled",
  terminated: "Terminated",
};
