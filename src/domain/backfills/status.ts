/** The nine statuses of a backfill, in the order of the published enum `BatchExportBackfillStatusEnum`. */
export const backfillStatuses = [
  "Cancelled",
  "Completed",
  "ContinuedAsNew",
  "Failed",
  "FailedRetryable",
  "Terminated",
  "TimedOut",
  "Running",
  "Starting",
] as const;

export type BackfillStatus = (typeof backfillStatuses)[number];

const openStatuses = ["Starting", "Running", "ContinuedAsNew"] as const;

export type OpenBackfillStatus = (typeof openStatuses)[number];
export type ClosedBackfillStatus = Exclude<BackfillStatus, OpenBackfillStatus>;

/** A run has the statuses of a backfill but one: it never continues as new. */
export type RunStatus = Exclude<BackfillStatus, "ContinuedAsNew">;

export const runStatuses: readonly RunStatus[] = backfillStatuses.filter(
  (status): status is RunStatus => status !== "ContinuedAsNew",
);

/** Whether a workflow is, or soon will be, at work on a backfill of this status. */
export function isOpen(status: BackfillStatus): status is OpenBackfillStatus {
  return (openStatuses as readonly BackfillStatus[]).includes(status);
}

/** How many runs of a ledger ended in each way that decides the status of the whole. */
export interface ClosedRunCounts {
  readonly failed: number;
  readonly failedRetryable: number;
  readonly timedOut: number;
  readonly cancelled: number;
}

/**
 * The status with which a backfill closes once every run is closed (docs/contract.md, "The nine statuses"). Only a cancel closes runs as
 * Cancelled, and a retry opens them again.
 */
export function statusFromLedger(
  counts: ClosedRunCounts,
): "Cancelled" | "Completed" | "Failed" | "FailedRetryable" {
  if (counts.cancelled > 0) return "Cancelled";
  if (counts.failed > 0) return "Failed";
  if (counts.failedRetryable + counts.timedOut > 0) return "FailedRetryable";
  return "Completed";
}
