import type { BackfillStatus, RunStatus } from "../domain/backfills/status.js";
import type { CoverageState } from "../domain/coverage/coverage.js";
import type { Overlap } from "../domain/plans/overlap.js";
import type { PlanFacts } from "../domain/plans/plan-difference.js";
import type { CancelMode, PauseCause } from "./control.js";

/** A 64-bit count on the wire: a JSON integer, kept as bigint so that no digit is lost. */
export type Int64 = bigint;

/** The backfill object: exactly these twelve properties on every surface (contract, section 1). */
export interface BackfillObject {
  readonly id: string;
  readonly team: number;
  readonly batch_export: string;
  readonly start_at: string | null;
  readonly end_at: string | null;
  readonly adjusted_start_at: string | null;
  readonly status: BackfillStatus;
  readonly progress: ProgressObject | null;
  readonly total_records_count: Int64 | null;
  readonly created_at: string;
  readonly finished_at: string | null;
  readonly last_updated_at: string;
}

export interface ProgressObject {
  readonly total_runs: number | null;
  readonly finished_runs: number | null;
  /** Rounded down to four decimals, so that 1 means that all are finished. */
  readonly progress: number | null;
}

export interface ErrorObject {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
}

/** A published file of a run. `sha256` is of the bytes as stored, in lower-case hexadecimal. */
export interface FileObject {
  readonly key: string;
  readonly bytes: number;
  readonly records: number;
  readonly sha256: string;
}

/** One run of the ledger (contract, section 4). */
export interface RunObject {
  readonly id: string;
  readonly backfill: string | null;
  readonly batch_export: string;
  readonly team: number;
  /** The run's number in the order of export, from 0; null for a live run. */
  readonly ordinal: number | null;
  readonly data_interval_start: string;
  readonly data_interval_end: string;
  readonly status: RunStatus;
  readonly records_completed: Int64 | null;
  readonly records_expected: Int64 | null;
  readonly bytes_exported: Int64 | null;
  readonly attempt: number;
  readonly latest_error: ErrorObject | null;
  readonly skip_reason: string | null;
  readonly files: readonly FileObject[];
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly last_updated_at: string;
}

/** One attempt at a run. */
export interface AttemptObject {
  /** Of the backfill: 1, and one more with each retry. */
  readonly generation: number;
  /** Counts from 1 in each generation. */
  readonly attempt: number;
  readonly worker: string;
  /** Of the claim on the interval: what is published names the one that wrote it. */
  readonly token: number;
  readonly began_at: string | null;
  readonly ended_at: string | null;
  /** The run's status after it; Starting: it is to be tried again; Running: it goes on. */
  readonly became: RunStatus;
  readonly error: ErrorObject | null;
}

/** What stands at the destination for a run's interval, and who wrote it. */
export interface OutputObject {
  readonly destination: string;
  readonly run: string;
  /** Null for a live run. */
  readonly backfill: string | null;
  readonly token: number;
  readonly keys: readonly string[];
}

/** What `backfill explain` tells of one run: all that the ledger knows. */
export interface RunStoryObject {
  readonly run: RunObject;
  readonly planned: {
    readonly at: string;
    readonly digest: string;
    /** The definition that the plan was made with. */
    readonly definition_version: number;
    /** Why there is such a run, and what the plan knew of it. */
    readonly reason: string;
  };
  /** The definition that it was exported under, or is to be. */
  readonly definition_version: number;
  /** Oldest first. Of the current generation's attempts, the latest is the last. */
  readonly attempts: readonly AttemptObject[];
  readonly next_attempt_at: string | null;
  readonly output: OutputObject | null;
}

/** What `backfill describe` tells beyond the object. */
export interface BackfillDescription extends BackfillObject {
  readonly generation: number;
  readonly order: "oldest" | "newest";
  /** What becomes of it beside open backfills of its export. */
  readonly overlap: Overlap;
  /** The open backfills that a queued one waits for, oldest first. */
  readonly waits_for: readonly string[];
  /** Runs in flight at most; 0 where that was asked for. */
  readonly concurrency: number;
  /** So many runs failing alike in a row pause the backfill; 0: never. */
  readonly stop_after: number;
  readonly paused: boolean;
  readonly paused_at: string | null;
  readonly paused_by: PauseCause | null;
  readonly paused_reason: string | null;
  readonly note: string | null;
  readonly requested_by: string;
  /** What runs that have not begun are exported under. */
  readonly definition_version: number;
  /** The version that it was planned with, where it took another one since; null otherwise. */
  readonly repinned_from: number | null;
  /** The current one of its export. */
  readonly export_definition_version: number;
  readonly plan_digest: string | null;
  readonly warnings: readonly string[];
  readonly runs: RunCountsObject | null;
  readonly records_completed: Int64;
  readonly bytes_exported: Int64;
  readonly rate: RateObject | null;
  readonly error: ErrorObject | null;
  readonly failures: readonly FailureGroupObject[];
  readonly commands: readonly CommandObject[];
  readonly cancel_requested_at: string | null;
  readonly cancel_mode: CancelMode | null;
  readonly temporal: TemporalLinkObject;
}

/** The ledger in numbers: how many of the planned runs stand in each status. */
export interface RunCountsObject {
  readonly total: number;
  readonly starting: number;
  readonly running: number;
  readonly completed: number;
  /** Of the completed: those closed without an export, with the reason `no data`. */
  readonly empty: number;
  readonly failed: number;
  readonly failed_retryable: number;
  readonly timed_out: number;
  readonly cancelled: number;
  readonly terminated: number;
}

/** Throughput over the last minute of work, and what follows from it. Null parts: not known yet. */
export interface RateObject {
  readonly records_per_second: number | null;
  readonly runs_per_second: number | null;
  readonly eta_seconds: number | null;
  /** At the best and at the worst of the last minute's thirds. A null `high`: in one of them nothing was finished. */
  readonly eta_range_seconds: {
    readonly low: number;
    readonly high: number | null;
  } | null;
}

/** Failed runs whose errors differ in nothing but names, numbers and times. */
export interface FailureGroupObject {
  readonly code: string;
  /** The code and the message, with `#` for what differs. */
  readonly fingerprint: string;
  readonly runs: number;
  readonly retryable: boolean;
  readonly first_at: string;
  readonly last_at: string;
  readonly sample: { readonly ordinal: number; readonly message: string };
}

export interface CommandObject {
  readonly id: string;
  readonly kind: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly requested_by: string;
  readonly requested_at: string;
  readonly reason: string | null;
}

interface TemporalLinkObject {
  readonly namespace: string;
  readonly workflow_id: string;
  readonly first_execution_run_id: string | null;
  readonly web_url: string | null;
}

/** What `backfill plan` answers: the runs that `start` would make, and nothing written. */
export interface PlanObject extends PlanFacts {
  readonly digest: string;
  readonly total_records_count: Int64 | null;
  readonly estimated_seconds: number | null;
  readonly conflicts: readonly ConflictObject[];
  readonly warnings: readonly string[];
  /** The first and the last 500, or all when asked for. */
  readonly runs: readonly PlannedRunObject[];
}

export interface PlannedRunObject {
  readonly data_interval_start: string;
  readonly data_interval_end: string;
  readonly records_expected: Int64 | null;
}

export interface ConflictObject {
  readonly backfill: string;
  readonly status: BackfillStatus;
  readonly start: string | null;
  readonly end: string;
}

/** A batch export as the surfaces show it. The definition holds references to secrets, never a secret. */
export interface BatchExportObject {
  readonly id: string;
  readonly team: number;
  readonly name: string;
  readonly definition_version: number;
  readonly definition: Readonly<Record<string, unknown>>;
  readonly created_at: string;
  readonly last_updated_at: string;
}

/** What `export coverage` answers: the state of every interval of a range, consecutive ones of a state as one. */
export interface CoverageObject {
  readonly batch_export: string;
  /** The current one: what was written under a definition that writes something else is stale. */
  readonly definition_version: number;
  /** Null when no start was asked for and the ledger knows of no time. */
  readonly start: string | null;
  readonly end: string;
  readonly intervals: CoverageCountsObject;
  readonly ranges: readonly CoverageRangeObject[];
}

export interface CoverageCountsObject {
  readonly total: number;
  readonly covered: number;
  readonly stale: number;
  readonly open: number;
  readonly failed: number;
  readonly missing: number;
}

export interface CoverageRangeObject {
  readonly start: string;
  readonly end: string;
  readonly state: CoverageState;
  /** Why nothing had to be written; null otherwise. */
  readonly reason: "no data" | null;
  readonly intervals: number;
  /** The one backfill that it is due to; null where there is none, or more than one. */
  readonly backfill: string | null;
}
