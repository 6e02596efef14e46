/** What becomes of a backfill that overlaps an open one of its export. */
export const overlaps = ["refuse", "trim", "queue"] as const;

/** `refuse`: it is not started. `trim`: it takes what is free. `queue`: it waits for those that were there before it. */
export type Overlap = (typeof overlaps)[number];
