import type { CancelMode } from "../../domain/backfills/cancel-mode.js";
import type { BackfillStatus } from "../../domain/backfills/status.js";
import type { RefillError } from "../../domain/errors.js";

/** What a process of Refill can end with (docs/contract.md, "The command line"). */
export type ExitCode = 0 | RefillError["exitCode"];

/** How a watched backfill's end becomes an exit code: 0 only for Completed. */
export function exitCodeOfStatus(status: BackfillStatus): 0 | 1 {
  return status === "Completed" ? 0 : 1;
}

/** `cancel --wait` got what it asked for, or the backfill was Completed before the cancel arrived. */
export function exitCodeOfCancel(
  mode: CancelMode,
): (status: BackfillStatus) => 0 | 1 {
  const wanted = mode === "abort" ? "Terminated" : "Cancelled";
  return (status) => (status === wanted ? 0 : exitCodeOfStatus(status));
}
