/** How strongly a backfill is cancelled, the mildest first. */
export const cancelModes = ["drain", "stop", "abort"] as const;

/** drain: running exports end, none begins. stop: they are stopped. abort: the workflow is terminated. */
export type CancelMode = (typeof cancelModes)[number];
