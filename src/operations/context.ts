import type { Pool } from "pg";
import type { Config } from "../config/config.js";
import type { TemporalGateway } from "../temporal/gateway.js";

/** What every use case needs, handed in by the surface that calls it. */
export interface OperationContext {
  readonly config: Config;
  /** The ledger's database. */
  readonly pool: Pool;
  /**
   * Connects on the first call and shares the connection afterwards.
   * @throws RefillError TEMPORAL_UNAVAILABLE
   */
  readonly temporal: () => Promise<TemporalGateway>;
  /** Where Temporal's Web UI answers; null where that is not known. */
  readonly temporalUiUrl: string | null;
  readonly nowMs: () => number;
  /** Who asks, for the audit trail: `alice@host`. */
  readonly requestedBy: string;
}
