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
 * `hand-over`: the history is long enough to wait on in a new Temporal run. Rejects where the backfill is cancelled.
 */
export async function untilTurn({
  activities,
  fence,
  view,
  control,
}: {
  readonly activities: BackfillActivities;
  readonly fence: Fence;
  readonly view: BackfillView;
  readonly control: LiveControl;
}): Promise<"come" | "cancelled" | "hand-over"> {
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
    const place = await activities.ledger.lookInQueue(fence);
    control.adopt(place.control);
    if (control.isCancelled) return "cancelled";
    if (place.behind.length === 0) return "come";
    if (workflowInfo().continueAsNewSuggested) return "hand-over";
    view.queue(place.behind);
    await condition(() => isTold || control.isCancelled, waitMs);
  }
}
