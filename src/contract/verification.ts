import type { ErrorObject } from "./backfill.js";
import type { HeartbeatSettings } from "./workflow-settings.js";

/** The workflow type, as Temporal knows it. */
export const verifyWorkflowType = "verifyBackfill";

/** What the workflow of a verification is called. */
export function verifyWorkflowId(verificationId: string): string {
  return `verify-${verificationId}`;
}

export interface VerifyInput extends HeartbeatSettings {
  readonly verificationId: string;
}

/** A piece of a verification, on the queue `<prefix>-exports`: that is where sources and destinations can be reached. */
export interface VerifyActivities {
  /** Looks at runs for a while, from where the last piece stopped, and writes what differs. */
  verifyRuns(
    input: Pick<VerifyInput, "verificationId">,
  ): Promise<{ readonly done: boolean }>;
}

export type VerificationStatus =
  "Running" | "Completed" | "Failed" | "Cancelled";

export interface FinishVerificationInput {
  readonly verificationId: string;
  readonly status: Exclude<VerificationStatus, "Running">;
  readonly failure: ErrorObject | null;
}

/** A verification as the surfaces show it. Completed says that all was looked at, not that nothing differs. */
export interface VerificationObject {
  readonly id: string;
  readonly backfill: string;
  readonly deep: boolean;
  readonly status: VerificationStatus;
  /** Completed runs when it was asked for. */
  readonly total_runs: number;
  readonly checked_runs: number;
  /** Of the checked: a later run wrote their interval since, so that they have nothing to show. */
  readonly superseded_runs: number;
  readonly differing_runs: number;
  readonly findings_count: number;
  readonly error: ErrorObject | null;
  readonly created_at: string;
  readonly finished_at: string | null;
}

/**
 * count: the source has another number of records than was exported. missing: an object is gone. changed: its size or
 * its SHA-256 is another. extra: an object that no run recorded. rows: the rows differ, though their number does not.
 */
export type FindingKind = "count" | "missing" | "changed" | "extra" | "rows";

/** One thing that differs from what a run recorded. */
export interface Finding {
  readonly kind: FindingKind;
  /** Null where it is about no single object. */
  readonly key: string | null;
  /** As recorded; for rows, as stored. */
  readonly expected: FindingFacts | null;
  /** As found now; for rows, as the source has them. */
  readonly actual: FindingFacts | null;
}

export interface FindingFacts {
  readonly records?: number;
  readonly bytes?: number;
  readonly sha256?: string;
  /** The sum of the SHA-256 of every row: the same in any order. */
  readonly rows_sha256_sum?: string;
}

export interface FindingObject extends Finding {
  /** The run's number in its backfill. */
  readonly run: number;
  readonly data_interval_start: string;
  readonly data_interval_end: string;
}
