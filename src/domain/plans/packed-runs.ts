import type { TimeRange } from "../time/split.js";

/** One data interval, and how many records it holds; null where they were not counted. */
export interface CountedRun extends TimeRange {
  readonly records: number | null;
}

/**
 * Runs in few bytes: where the first begins, how long they are as `[lengthMs, runs]`, which changes with the clock alone
 * or with the month, and the records of each. `[lengthMs, 0]` is a gap before the next ones.
 */
export interface PackedRuns {
  readonly startMs: number;
  readonly lengths: readonly (readonly [lengthMs: number, runs: number])[];
  readonly records: readonly (number | null)[];
}

/** Packs runs, oldest first. */
export function packRuns(runs: Iterable<CountedRun>): PackedRuns {
  let startMs: number | null = null;
  let endMs: number | null = null;
  const lengths: [lengthMs: number, runs: number][] = [];
  const records: (number | null)[] = [];
  for (const run of runs) {
    startMs ??= run.startMs;
    if (endMs !== null && run.startMs > endMs) {
      lengths.push([run.startMs - endMs, 0]);
    }
    endMs = run.endMs;
    const lengthMs = run.endMs - run.startMs;
    const last = lengths.at(-1);
    if (last?.[0] === lengthMs && last[1] > 0) last[1] += 1;
    else lengths.push([lengthMs, 1]);
    records.push(run.records);
  }
  return { startMs: startMs ?? 0, lengths, records };
}

/** The runs that were packed, oldest first. */
export function* unpackRuns(
  packed: PackedRuns,
): Generator<CountedRun, void, undefined> {
  let { startMs } = packed;
  let index = 0;
  for (const [lengthMs, runs] of packed.lengths) {
    if (runs === 0) startMs += lengthMs;
    for (let nth = 0; nth < runs; nth += 1) {
      const endMs = startMs + lengthMs;
      yield { startMs, endMs, records: packed.records[index] ?? null };
      startMs = endMs;
      index += 1;
    }
  }
}
