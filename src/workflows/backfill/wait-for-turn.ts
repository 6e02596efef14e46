import {
  condition,
  defineSignal,
  setHandler,
  workflowInfo,
} from "@temporalio/workflow";
import type { Fence } from "../../contract/activities.js";
import { turnSignalName } from "../../contract/backfill-workflow.js";
import type { BackfillActivities } from "../activity-proxies.js";
import type { BackfillView } from "./backfill-view.js";
import type { LiveControl } from "./live-control.js";

const turnSignal = defineSignal(turnSignalName);

/** Whoever closes tells those behind; these looks are for closings that nobody could tell of. */
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;

/**
 * Waits until no backfill that was there before holds what this one is to run: `come`. Nothing is planned meanwhile.
 * `continue-as-new`: the history is long enough to wait on in a new Temporal run. Rejects where the backfill is cancelled.
 */
export async function waitForTurn({
  activities,
  fence,
  view,
  control,
}: {
  readonly activities: BackfillActivities;
  readonly fence: Fence;
  readonly view: BackfillView;
  readonly control: LiveControl;
}): Promise<"come" | "cancelled" | "continue-as-new"> {
  let isTold = false;
  setHandler(turnSignal, () => {
    isTold = true;
  });
  for (
    let waitMs = FIRST_WAIT_MS;
    ;
    waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)
  ) {
    isTold = false;
    const ahead = await activities.ledger.backfillsAhead(fence);
    control.adopt(ahead.control);
    if (control.isCancelled) return "cancelled";
    if (ahead.waitsFor.length === 0) return "come";
    if (workflowInfo().continueAsNewSuggested) return "continue-as-new";
    view.queue(ahead.waitsFor);
    await condition(() => isTold || control.isCancelled, waitMs);
  }
}
