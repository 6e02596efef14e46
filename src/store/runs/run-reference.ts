import type { Fence } from "../../contract/activities.js";

/** Names a run: one of a backfill by its number, a live one by its id. */
export type RunReference = BackfillRunReference | LiveRunReference;

export type BackfillRunReference = Fence & { readonly ordinal: number };

export interface LiveRunReference {
  readonly runId: string;
}
