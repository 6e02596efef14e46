import type { IntervalSpec } from "../../domain/time/interval.js";
import { refuseTooManyRuns } from "../../domain/time/range.js";
import { countIntervals, intervalsOf } from "../../domain/time/split.js";
import type { Interval } from "../../transfer/source.js";

/** The intervals of some parts of time, ascending and apart. Holds no single one. */
export class ChosenIntervals {
  readonly total: number;
  /** From the first one's start to the last one's end; null when there is none. */
  readonly reach: Interval | null;
  readonly #spec: IntervalSpec;
  readonly #parts: readonly Interval[];

  constructor(spec: IntervalSpec, parts: readonly Interval[]) {
    this.#spec = spec;
    this.#parts = parts;
    this.total = parts.reduce(
      (sum, part) => sum + countIntervals(spec, part),
      0,
    );
    const [first] = parts;
    const last = parts.at(-1);
    this.reach =
      first === undefined || last === undefined
        ? null
        : { startMs: first.startMs, endMs: last.endMs };
  }

  /** @throws RefillError RANGE_TOO_LARGE */
  refuseTooMany(): void {
    if (this.reach !== null) refuseTooManyRuns(this.total, this.reach);
  }

  *intervals(): Generator<Interval, void, undefined> {
    for (const part of this.#parts) yield* intervalsOf(this.#spec, part);
  }

  /** The intervals, each with its position among all intervals within the reach. */
  *positioned(): Generator<
    Interval & { readonly index: number },
    void,
    undefined
  > {
    let index = 0;
    let fromMs = this.reach?.startMs ?? 0;
    for (const part of this.#parts) {
      const gap = { startMs: fromMs, endMs: part.startMs };
      index += countIntervals(this.#spec, gap);
      for (const { startMs, endMs } of intervalsOf(this.#spec, part)) {
        yield { startMs, endMs, index };
        index += 1;
      }
      fromMs = part.endMs;
    }
  }
}
