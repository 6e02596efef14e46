import type { FileObject } from "../contract/backfill.js";

/** Names a piece of staged output well enough for another worker to destroy it. Stored in the claim before a byte is staged. */
export interface StagedDescriptor {
  readonly type: string;
  readonly key: string;
  readonly token: number;
  readonly [detail: string]: string | number;
}

/** Where the bytes of a run go. Nothing is visible under its final name before `publish`. */
export interface Destination {
  /** What identifies the place itself: files of another identity are never touched when output is replaced. */
  readonly identity: string;

  /** The descriptor under which an attempt with this key and token will stage. Pure: nothing is made yet. */
  describeStaged(key: string, token: number): StagedDescriptor;

  /** Opens a new staged object; what an earlier attempt left under the same descriptor is destroyed. */
  stage(descriptor: StagedDescriptor): Promise<StagedWriter>;

  /** Destroys what a predecessor staged, so that it can no longer be published. Fine when there is nothing. */
  destroyStaged(descriptor: StagedDescriptor): Promise<void>;

  /** Removes published objects that a newer manifest no longer names. Fine when there is nothing. */
  removePublished(keys: readonly string[]): Promise<void>;

  /**
   * Writes, publishes and removes a probe object.
   * @throws RefillError DESTINATION_*
   */
  probe(): Promise<void>;
}

export interface StagedWriter {
  /** Resolves when the destination can take more: awaiting it is the back-pressure. */
  write(chunk: Uint8Array): Promise<void>;
  /** Makes the staged bytes durable. No write after it. */
  finish(): Promise<void>;
  /** Gives the staged bytes their final name, durably and atomically. Safe to call again after it succeeded. */
  publish(): Promise<void>;
  /** Destroys the staged bytes. Never throws because they are gone. */
  discard(): Promise<void>;
}

/** What one run produced, staged and durable but not yet visible. */
export interface StagedRun {
  readonly files: readonly FileObject[];
  readonly records: number;
  readonly bytes: number;
  publish(): Promise<void>;
  discard(): Promise<void>;
}
