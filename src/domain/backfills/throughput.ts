/** What a stretch of work finished. */
export interface Stretch {
  readonly runs: number;
  readonly records: number;
  /** How long it really was; 0: there was no such stretch yet. */
  readonly seconds: number;
}

/** What is left to do. Null: not known. */
export interface WorkLeft {
  readonly runs: number;
  readonly records: number | null;
}

/** Throughput, and how long the rest takes at it. Null parts: not known. */
export interface Throughput {
  readonly recordsPerSecond: number | null;
  readonly runsPerSecond: number | null;
  readonly remainingSeconds: number | null;
  /** At the best, and at the worst, of the stretches. Null at the worst: one of them finished nothing. */
  readonly remaining: {
    readonly low: number;
    readonly high: number | null;
  } | null;
}

/** A shorter stretch says little: its rate would only widen the range. */
const shortestSeconds = 5;

const unknown: Throughput = {
  recordsPerSecond: null,
  runsPerSecond: null,
  remainingSeconds: null,
  remaining: null,
};

/**
 * Goes by records where it is known how many are left and some were finished, else by runs. The range is what the single
 * stretches would have said, so it is as wide as the work is uneven.
 */
export function throughputOf(
  stretches: readonly Stretch[],
  left: WorkLeft,
): Throughput {
  const all = stretches.reduce(together, nothing);
  if (all.seconds <= 0 || all.runs === 0) return unknown;
  const byRecords = (left.records ?? 0) > 0 && all.records > 0;
  const remainingAt = ({ runs, records, seconds }: Stretch) => {
    const [rest, finished] = byRecords
      ? [left.records ?? 0, records]
      : [left.runs, runs];
    return finished === 0 ? Infinity : (rest * seconds) / finished;
  };
  const remainingSeconds = remainingAt(all);
  const single = stretches
    .filter(({ seconds }) => seconds >= shortestSeconds)
    .map(remainingAt);
  const high = Math.max(remainingSeconds, ...single);
  return {
    recordsPerSecond: all.records / all.seconds,
    runsPerSecond: all.runs / all.seconds,
    remainingSeconds,
    remaining: {
      low: Math.min(remainingSeconds, ...single),
      high: Number.isFinite(high) ? high : null,
    },
  };
}

const nothing: Stretch = { runs: 0, records: 0, seconds: 0 };

function together(one: Stretch, other: Stretch): Stretch {
  return {
    runs: one.runs + other.runs,
    records: one.records + other.records,
    seconds: one.seconds + other.seconds,
  };
}
