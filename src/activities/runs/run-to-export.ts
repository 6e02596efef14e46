import type { Queryable } from "../../store/database/queryable.js";
import type { ClaimRefusal } from "../../store/runs/claim-refusal.js";
import type { Claim, Claimant } from "../../store/runs/claims.js";
import type { SpanAttributes } from "../../telemetry/tracing.js";
import type { Interval } from "../../transfer/source.js";

/** An open run as its export sees it: an interval, and how the ledger is asked for the right to write it. */
export interface RunToExport extends Interval {
  /** Of it alone, for names of sessions and logs. */
  readonly label: string;
  /** Whose it is, for traces. */
  readonly subject: SpanAttributes;
  /** Null: it is not to be begun, and `explainRefusal` tells why. */
  claim(db: Queryable, by: Omit<Claimant, "slot">): Promise<Claim | null>;
  explainRefusal(
    db: Queryable,
    refused: Pick<Claimant, "place" | "definitionVersion">,
  ): Promise<ClaimRefusal>;
  /** Puts it off without costing it an attempt. */
  defer(db: Queryable, delayMs: number): Promise<void>;
  /** It has just closed as failed like those before it. */
  failedAlike(db: Queryable): Promise<void>;
}
