import { z } from "zod";
import { instant, int64, type Published } from "./published.js";

const bucketObject = z
  .object({
    completed: z.int(),
    failed: z.int(),
    records: int64,
    bytes: int64,
  })
  .describe(
    "What ended by being exported: intervals that the plan knew to be empty are left out",
  );

const pauseObject = z.object({ start: instant, end: instant });

/** What a backfill got done over its life. Before the plan there is no bucket, and start and end are null. */
export const throughputObject = z.object({
  start: instant.nullable(),
  end: instant.nullable().describe("When it closed; now, while it is open"),
  bucket_seconds: z.int(),
  buckets: z
    .array(bucketObject)
    .describe(
      "Bucket i is [start + i * bucket_seconds, start + (i + 1) * bucket_seconds), the last one cut off at end",
    ),
  pauses: z.array(pauseObject).describe("When no run was to begin"),
});

export type ThroughputBucketObject = Published<typeof bucketObject>;
export type PauseObject = Published<typeof pauseObject>;
export type ThroughputObject = Published<typeof throughputObject>;
