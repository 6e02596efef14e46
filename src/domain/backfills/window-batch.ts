/** A range of ordinals, `[from, to)`, and what to call it in Temporal's Web UI. */
export interface WindowBatch {
  readonly from: number;
  readonly to: number;
  readonly label: string;
}

/** Batches that wait for a lane, in the order of export, with more of them put in their places. */
export function withBatches(
  queue: readonly WindowBatch[],
  batches: readonly WindowBatch[],
): readonly WindowBatch[] {
  return [...queue, ...batches].sort((left, right) => left.from - right.from);
}

/** The next batch, and those that wait on. Alone: only its first run, so that the rest of it waits on too. */
export function takeBatch(
  [batch, ...queue]: readonly WindowBatch[],
  { alone }: { readonly alone: boolean },
): { readonly batch: WindowBatch; readonly queue: readonly WindowBatch[] } {
  if (batch === undefined) throw new Error("Expected a batch in the queue");
  const to = batch.from + 1;
  if (!alone || batch.to <= to) return { batch, queue };
  return {
    batch: { from: batch.from, to, label: `first run of ${batch.label}` },
    queue: [{ ...batch, from: to }, ...queue],
  };
}
