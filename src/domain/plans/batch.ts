/** What is needed of an open run to put it into a batch. */
export interface BatchableRun {
  readonly ordinal: number;
  /** Null where the plan did not count. */
  readonly recordsExpected: number | null;
}

/**
 * One batch is one activity's work: its bounds keep an activity at seconds and its range at a row of the ledger's index.
 * @internal for tests
 */
export const MAX_RUNS_PER_BATCH = 1_000;

/**
 * About ten seconds for one lane; a run that is larger is a batch of its own.
 * @internal for tests
 */
export const MAX_RECORDS_PER_BATCH = 1_000_000;

/**
 * How many runs a batch may hold now: a quarter of each lane's share of what is open. Early batches are large, which
 * spares Temporal events, and the last ones small, so that no lane works on alone for long.
 */
export function batchSize(openRuns: number, concurrency: number): number {
  const share = Math.ceil(openRuns / (Math.max(1, concurrency) * 4));
  return Math.min(MAX_RUNS_PER_BATCH, Math.max(1, share));
}

/** Cuts runs, in the order of export, into batches. */
export function cutBatches<Run extends BatchableRun>(
  runs: readonly Run[],
  maxRuns: number,
): readonly (readonly Run[])[] {
  const batches: Run[][] = [];
  let current: Run[] = [];
  let records = 0;
  for (const run of runs) {
    const added = run.recordsExpected ?? 0;
    const isFull =
      current.length >= maxRuns || records + added > MAX_RECORDS_PER_BATCH;
    if (current.length > 0 && isFull) {
      batches.push(current);
      current = [];
      records = 0;
    }
    current.push(run);
    records += added;
  }
  return current.length === 0 ? batches : [...batches, current];
}
