import { ApplicationFailure } from "@temporalio/activity";
import type {
  NextLiveRuns,
  NextLiveRunsInput,
} from "../../contract/schedule.js";
import { listRunsAtWork } from "../../store/runs/open-runs.js";
import { readLiveLedger } from "../../store/schedules/live-runs.js";
import {
  cancelWaitingRuns,
  findSchedule,
} from "../../store/schedules/schedule-rows.js";
import type { ActivityDependencies } from "../dependencies.js";
import { nextLookMs } from "../runs/poll-timing.js";
import { settleLostRun } from "../runs/settle-lost-runs.js";

/** How many live runs of a schedule are open and due, or how long to wait for one. */
export async function nextLiveRuns(
  { pool, config }: ActivityDependencies,
  { scheduleId, isIdle }: NextLiveRunsInput,
): Promise<NextLiveRuns> {
  const schedule = await findSchedule(pool, scheduleId);
  if (schedule === null) {
    throw ApplicationFailure.nonRetryable(
      `Schedule ${scheduleId} is not in the ledger`,
      "SCHEDULE_NOT_FOUND",
    );
  }
  if (isIdle) {
    const lost = await listRunsAtWork(pool, { scheduleId, slot: null });
    for (const run of lost) await settleLostRun(pool, config, run);
  }
  // One that was at work when its schedule was deleted may be waiting again: no claim takes it any more.
  if (schedule.deleted_at !== null) await cancelWaitingRuns(pool, scheduleId);
  const ledger = await readLiveLedger(pool, scheduleId);
  return {
    openRuns: ledger.open_runs,
    dueRuns: ledger.due_runs,
    concurrency: schedule.concurrency,
    waitMs: nextLookMs(ledger.wait_ms ?? Infinity),
  };
}
