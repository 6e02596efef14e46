import type { Int64 } from "./backfill.js";

/** What ended within one bucket of time by being exported: intervals that the plan knew to be empty are left out. */
export interface ThroughputBucketObject {
  readonly completed: number;
  readonly failed: number;
  readonly records: Int64;
  readonly bytes: Int64;
}

/** A stretch of time in which no run was to begin. */
export interface PauseObject {
  readonly start: string;
  readonly end: string;
}

/**
 * What a backfill got done over its life. Bucket i is `[start + i * bucket_seconds, start + (i + 1) * bucket_seconds)`,
 * the last one cut off at `end`. Before the plan there is no bucket, and start and end are null.
 */
export interface ThroughputObject {
  readonly start: string | null;
  /** When it closed; of an open one, now. */
  readonly end: string | null;
  readonly bucket_seconds: number;
  readonly buckets: readonly ThroughputBucketObject[];
  readonly pauses: readonly PauseObject[];
}
