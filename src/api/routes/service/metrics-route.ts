import type { FastifyInstance } from "fastify";
import { Gauge, Registry } from "prom-client";
import {
  type RunStatus,
  runStatuses,
} from "../../../domain/backfills/status.js";
import type { OperationContext } from "../../../operations/context.js";
import {
  countBackfills,
  countRunsByStatus,
  type RunCounts,
} from "../../../store/backfills/count-by-status.js";
import type { Access } from "../../access/access.js";
import type { StreamLimiter } from "../../events/stream-limit.js";

type Pool = OperationContext["pool"];

export interface MetricsDependencies {
  readonly pool: Pool;
  readonly access: Access;
  /** Of this process. */
  readonly registry: Registry;
  readonly streams: StreamLimiter;
}

/** `/metrics` for Prometheus: this process's requests and streams, and the backfills and runs of the key's team. */
export function addMetricsRoute(
  app: FastifyInstance,
  { pool, access, registry, streams }: MetricsDependencies,
): void {
  new Gauge({
    name: "refill_event_streams",
    help: "Event streams that are open in this process.",
    registers: [registry],
    collect() {
      this.set(streams.open);
    },
  });
  app.get("/metrics", { schema: { hide: true } }, async (request, reply) => {
    const { team } = await access(request);
    const ledger = await ledgerMetrics(pool, team);
    const metrics = Registry.merge([registry, ledger]);
    return reply
      .header("content-type", metrics.contentType)
      .serializer((payload: string) => payload)
      .send(await metrics.metrics());
  });
}

/** Of one team, or of all where it is null, as they are now. */
async function ledgerMetrics(
  pool: Pool,
  ofTeam: number | null,
): Promise<Registry> {
  const registry = new Registry();
  const registers = [registry];
  const labelNames = ["team", "status"] as const;
  const backfills = new Gauge({
    name: "refill_backfills",
    help: "Backfills by team and status.",
    labelNames,
    registers,
  });
  for (const count of await countBackfills(pool, ofTeam)) {
    const { team, status } = count;
    backfills.set({ team: String(team), status }, count.backfills);
  }
  const runs = new Gauge({
    name: "refill_runs",
    help: "Planned runs by team and status.",
    labelNames,
    registers,
  });
  for (const counts of await countRunsByStatus(pool, ofTeam)) {
    for (const status of runStatuses) {
      runs.set({ team: String(counts.team), status }, counts[columns[status]]);
    }
  }
  return registry;
}

/** The column of the tallies that counts a status. */
const columns = {
  Starting: "starting",
  Running: "running",
  Completed: "completed",
  Failed: "failed",
  FailedRetryable: "failed_retryable",
  TimedOut: "timed_out",
  Cancelled: "cancelled",
  Terminated: "terminated",
} as const satisfies Record<RunStatus, keyof RunCounts>;
