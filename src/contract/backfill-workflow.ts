import type { WindowPosition } from "../domain/backfills/window-state.js";
import type { WorkflowSettings } from "./workflow-settings.js";

/** The workflow types, as Temporal knows them. */
export const backfillWorkflowType = "backfill";
export const reconcileWorkflowType = "reconcile";

/** The messages that the workflow `backfill` answers. */
export const progressQueryName = "progress";
/** An update, and a signal of the same name: the ledger asks something new. Whoever gets the update's answer knows that a worker is up. */
export const controlMessageName = "control";
/** A signal: a backfill that this one may have waited for has closed. */
export const turnSignalName = "turn";

export interface BackfillInput {
  readonly backfillId: string;
  readonly generation: number;
  /** Counts the Temporal runs of this generation, from 0. */
  readonly executionIndex: number;
  /** What the backfill is called in Temporal's Web UI: `flights`. */
  readonly exportName: string;
  /** Whether the namespace knows Refill's search attributes. Writing an unknown one would block the workflow. */
  readonly searchAttributes: boolean;
  /** It waits for the backfills that it overlaps before it plans. */
  readonly isQueued: boolean;
  readonly settings: WorkflowSettings;
  /** Where the predecessor stood; null at the start. */
  readonly window: WindowPosition | null;
}

/** What the workflow of a generation is called. Each generation has its own, so that no answer is about another. */
export function backfillWorkflowId(
  backfillId: string,
  generation: number,
): string {
  return `backfill-${backfillId}-${String(generation)}`;
}

export interface BackfillResult {
  readonly status: string;
  readonly totalRuns: number;
  readonly records: string;
}
