/**
 * What an interval is, by what stands at the destination: written under the current definition, written under another,
 * or not there. What is not there is about to be written by an open backfill, failed when it was tried, or was never made.
 */
export const coverageStates = [
  "covered",
  "stale",
  "open",
  "failed",
  "missing",
] as const;

export type CoverageState = (typeof coverageStates)[number];
