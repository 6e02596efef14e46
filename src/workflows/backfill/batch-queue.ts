import type { Batch } from "../../contract/activities.js";

/** The batches that wait for a lane, in the order of export. Two windows' worth at most. */
export class BatchQueue {
  #batches: Batch[] = [];

  get isEmpty(): boolean {
    return this.#batches.length === 0;
  }

  /** The lowest ordinal that waits; Infinity when none does. */
  get first(): number {
    return this.#batches[0]?.from ?? Infinity;
  }

  add(batches: readonly Batch[]): void {
    this.#batches = [...this.#batches, ...batches].sort(
      (left, right) => left.from - right.from,
    );
  }

  take(): Batch | null {
    return this.#batches.shift() ?? null;
  }

  /** Only the first run of the next batch: the rest waits on. */
  takeOne(): Batch | null {
    const batch = this.take();
    if (batch === null || batch.to - batch.from <= 1) return batch;
    this.add([{ ...batch, from: batch.from + 1 }]);
    return {
      ...batch,
      to: batch.from + 1,
      label: `first run of ${batch.label}`,
    };
  }
}
