import type { FileObject } from "../contract/objects/run.js";
import type { ExportColumn, NamedColumn } from "./column.js";
import type { Interval } from "./source.js";

/** Names a piece of staged output well enough for another worker to destroy it. Stored in the claim before a byte is staged. */
export interface StagedDescriptor {
  readonly type: string;
  /** Of the destination that it is staged for. */
  readonly identity: string;
  readonly key: string;
  readonly token: number;
  readonly [detail: string]: string | number;
}

/** Where the bytes of a run go. Nothing is visible under its final name before `publish`. Connects on first use. */
export interface Destination {
  /** What identifies the place itself: published output of another identity is never touched. No secret. */
  readonly identity: string;

  /** Publishing replaces all that stands there of an interval: a run without rows has to publish too. */
  readonly replacesIntervals: boolean;

  /** The descriptor under which an attempt with this key and token will stage. Pure: nothing is made yet. */
  describeStaged(key: string, token: number): StagedDescriptor;

  /** Opens a new staged object; what an earlier attempt left under the same descriptor is destroyed. */
  stage(request: StageRequest): Promise<StagedWriter>;

  /**
   * Destroys what a predecessor staged, so that it can no longer be published. Fine when there is nothing, and when it
   * was staged for a destination of another type.
   */
  destroyStaged(descriptor: StagedDescriptor): Promise<void>;

  /** Removes published objects that a newer manifest no longer names. Fine when there is nothing. */
  removePublished(keys: readonly string[]): Promise<void>;

  /** What stands under a final name; null where nothing does. */
  stat(key: string): Promise<StoredObject | null>;

  /**
   * The bytes under a final name, from one of them on; where rows are kept, all of them in any order.
   * @throws RefillError DESTINATION_UNAVAILABLE where there is none
   */
  read(
    key: string,
    signal: AbortSignal,
    fromByte?: number,
  ): AsyncIterable<Uint8Array>;

  /** The published objects whose keys begin so, in any order. Staged ones are not among them. */
  list(prefix: string): AsyncIterable<StoredObject>;

  /**
   * How many rows stand there of each interval, whoever brought them. Only where rows are kept; a destination of objects
   * lists them.
   */
  countRows?(
    intervals: readonly Interval[],
    signal: AbortSignal,
  ): Promise<readonly number[]>;

  /**
   * Writes, publishes and removes a probe object; where rows are kept, does what a run of these columns does, and takes it
   * back. @throws RefillError DESTINATION_*
   */
  probe(facts: ProbeFacts): Promise<void>;

  close(): Promise<void>;
}

/** What a run would write. */
export interface ProbeFacts {
  readonly columns: readonly NamedColumn[];
  /** Where the rows come from: see `RowStream.origin`. */
  readonly origin: string | null;
}

export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
}

export interface StageRequest {
  readonly descriptor: StagedDescriptor;
  /** What the rows are made of, for a destination that keeps rows. */
  readonly columns: readonly ExportColumn[];
  /** Where the rows come from: see `RowStream.origin`. */
  readonly origin: string | null;
  readonly interval: Interval;
  /** Names the run to whoever looks at the destination's connections. */
  readonly label: string;
  /**
   * Adds a descriptor to the claim, durably. To be awaited before anything is made that the first one does not name.
   * @throws RefillError CLAIM_LOST
   */
  readonly record: (descriptor: StagedDescriptor) => Promise<void>;
  /** Ends writing and finishing, which reject with its reason. What was staged is still to be discarded. */
  readonly signal: AbortSignal;
}

/**
 * Asks the transaction that has locked the claim whether it still stands.
 * @throws RefillError CLAIM_LOST, or whatever tells that the transaction is gone
 */
export type Fence = () => Promise<void>;

export interface StagedWriter {
  /** Resolves when the destination can take more: awaiting it is the back-pressure. */
  write(chunk: Uint8Array): Promise<void>;
  /** Makes the staged bytes durable. No write after it. */
  finish(): Promise<void>;
  /**
   * Gives the staged bytes their final name, durably and atomically. Safe to call again after it succeeded, and after it
   * failed without telling whether it had. A place that takes more than one step asks the fence before the last.
   * @throws RefillError CLAIM_LOST when a newer claim has destroyed them
   */
  publish(fence?: Fence): Promise<void>;
  /** Destroys the staged bytes. Never throws because they are gone. */
  discard(): Promise<void>;
}

/** What one run produced, staged and durable but not yet visible. */
export interface StagedRun {
  /** In the order of publishing. */
  readonly files: readonly FileObject[];
  readonly records: number;
  readonly bytes: number;
  publish(fence?: Fence): Promise<void>;
  discard(): Promise<void>;
}
