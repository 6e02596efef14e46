import type {
  ThroughputBucketObject,
  ThroughputObject,
} from "../../contract/objects/throughput.js";

/** What was done in one bucket, a second. */
export interface Rates {
  readonly startMs: number;
  readonly endMs: number;
  readonly records: number;
  readonly runs: number;
  readonly failedRuns: number;
}

/** Numbers in JSON, whatever the types say. */
type Received = Readonly<Record<keyof ThroughputBucketObject, number | bigint>>;

/** The buckets as rates. The last one lasts until the end, and no less than a second: a moment's work is no peak. */
export function ratesOf(of: ThroughputObject): readonly Rates[] {
  if (of.start === null || of.end === null) return [];
  const originMs = Date.parse(of.start);
  const untilMs = Date.parse(of.end);
  const bucketMs = of.bucket_seconds * 1_000;
  return of.buckets.map((bucket: Received, index) => {
    const startMs = originMs + index * bucketMs;
    const endMs = Math.max(startMs, Math.min(startMs + bucketMs, untilMs));
    const seconds = Math.max(1, (endMs - startMs) / 1_000);
    return {
      startMs,
      endMs,
      records: Number(bucket.records) / seconds,
      runs: (Number(bucket.completed) + Number(bucket.failed)) / seconds,
      failedRuns: Number(bucket.failed) / seconds,
    };
  });
}
