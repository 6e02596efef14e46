import type { Pool } from "pg";
import type { Config } from "../config/config.js";
import type { Tracing } from "../telemetry/tracing.js";
import type { TemporalGateway } from "../temporal/gateway.js";
import type { ConnectionAccess } from "../transfer/connection-access.js";
import type { RunMeter } from "./runs/run-meter.js";

/** What the activities of one worker share. */
export interface ActivityDependencies {
  readonly config: Config;
  readonly pool: Pool;
  readonly connections: ConnectionAccess;
  readonly temporal: () => Promise<TemporalGateway>;
  /** Names this worker in the ledger: `host:pid`. */
  readonly workerName: string;
  /** Aborted when the worker is asked to stop: no further run is begun then. */
  readonly stopping: AbortSignal;
  readonly nowMs: () => number;
  readonly meter: RunMeter;
  readonly tracing: Tracing;
}
