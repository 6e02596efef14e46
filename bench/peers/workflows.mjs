// What `tiny-runs` is held against, as one would write it with Temporal alone.
import {
  continueAsNew,
  proxyActivities,
  workflowInfo,
} from "@temporalio/workflow";

const { exportInterval, noOp } = proxyActivities({
  startToCloseTimeout: "10 minutes",
});

/** Exports the intervals `[next, to)` of `stepMs` from `startMs` on, an activity each, so many at a time. */
export async function plainExport(input) {
  const { to, lanes, startMs, stepMs } = input;
  let { next } = input;
  const lane = async () => {
    while (next < to && !workflowInfo().continueAsNewSuggested) {
      const from = startMs + next * stepMs;
      next += 1;
      await exportInterval({ startMs: from, endMs: from + stepMs });
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (next < to) await continueAsNew({ ...input, next });
}

/** One no-op activity, for a Schedule to start. */
export async function noOpOnce() {
  await noOp();
}
