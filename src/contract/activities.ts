import type {
  BackfillStatus,
  ClosedBackfillStatus,
} from "../domain/backfills/status.js";
import type { WindowBatch } from "../domain/backfills/window-batch.js";
import type { Control } from "./control.js";
import type { ErrorObject } from "./objects/error.js";
import type { FinishVerificationInput } from "./verification.js";

/** Names the generation of a backfill that a write is meant for. A write for another one changes nothing. */
export interface Fence {
  readonly backfillId: string;
  readonly generation: number;
}

/** Short work on the ledger's database, on the queue `<prefix>-ledger`. */
export interface LedgerActivities {
  /** Which open backfills a queued one still waits for. */
  backfillsAhead(input: Fence): Promise<BackfillsAhead>;
  /** Writes Running for this execution, unless a later one already did. */
  beginBackfill(
    input: Fence & { readonly executionIndex: number },
  ): Promise<BackfillBeginning>;
  /** Writes the ledger: every run, before any work. Plans anew when an earlier attempt did not finish. */
  writePlan(input: Fence): Promise<LedgerSummary>;
  /** The next batches of open runs, in the order of export. */
  nextBatches(input: NextBatchesInput): Promise<NextBatches>;
  /** Writes ContinuedAsNew, unless a later execution already runs. */
  writeContinuedAsNew(
    input: Fence & { readonly executionIndex: number },
  ): Promise<void>;
  /** Closes the backfill with the status that the ledger, a cancellation or a failed plan gives it. */
  finishBackfill(input: FinishInput): Promise<BackfillClosing>;
  /** Closes a verification: all was looked at, or it is said why not. */
  finishVerification(input: FinishVerificationInput): Promise<void>;
  /** Closes the backfills whose workflows ended without a chance to say so. */
  reconcileBackfills(): Promise<ReconcileSummary>;
}

/** Exports, on the queue `<prefix>-exports`. */
export interface ExportActivities {
  /** Exports the open runs of a batch one after the other, and never fails because of a run. */
  exportRuns(input: ExportRunsInput): Promise<ExportRunsResult>;
}

export interface BackfillsAhead {
  /** The ids of the backfills that it waits for, oldest first; none: its turn has come. */
  readonly waitsFor: readonly string[];
  readonly control: Control;
}

export interface BackfillBeginning {
  readonly planned: boolean;
  readonly control: Control;
  /** So many runs failing alike in a row pause the backfill; 0: never. */
  readonly stopAfter: number;
  readonly ledger: LedgerSummary;
}

/** The ledger in a few numbers, for the details that Temporal's Web UI shows. */
export interface LedgerSummary {
  readonly totalRuns: number;
  readonly openRuns: number;
  readonly completedRuns: number;
  readonly failedRuns: number;
  readonly emptyRuns: number;
  /** A decimal string: the total may be above 2^53. */
  readonly records: string;
}

export interface NextBatchesInput extends Fence {
  /** Only runs with a higher ordinal. -1: from the beginning. */
  readonly after: number;
  readonly limit: number;
  readonly concurrency: number;
  /** No lane is at work: a run that the ledger shows as at work is lost, and settled first. */
  readonly idle: boolean;
}

export interface NextBatches {
  readonly batches: readonly WindowBatch[];
  readonly control: Control;
  readonly ledger: LedgerSummary;
  /** When there is no batch though runs are open: how long until one is due. */
  readonly waitMs: number;
}

export interface ExportRunsInput extends Fence {
  readonly from: number;
  readonly to: number;
  /** The lane's place in the window, from 0: in a window of N, only the slots below N may begin a run. */
  readonly slot: number;
  /** For how long it may begin runs. */
  readonly beginForMs: number;
}

export interface ExportRunsResult {
  /** The first ordinal not looked at; null when the batch is through. */
  readonly next: number | null;
  readonly stoppedBy:
    | "end"
    | "time"
    | "shutdown"
    /** Runs above a lowered window are still at work. */
    | "full"
    | "cancel"
    | "drain"
    | "pause"
    | "window";
  /** What the ledger asked when it stopped the batch; null where something else did. */
  readonly control: Control | null;
  readonly completed: number;
  readonly failed: number;
  /** A decimal string. */
  readonly records: string;
}

export interface FinishInput extends Fence {
  readonly cancelled: boolean;
  /** Why there is no plan; null where there is one. */
  readonly planFailure: ErrorObject | null;
}

export interface BackfillClosing {
  readonly status: ClosedBackfillStatus;
  readonly ledger: LedgerSummary;
}

export interface ReconcileSummary {
  readonly checked: number;
  readonly started: number;
  readonly closed: readonly {
    readonly backfillId: string;
    readonly status: BackfillStatus;
  }[];
  readonly problems: readonly string[];
}
