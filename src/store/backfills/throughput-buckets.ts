import type { Queryable } from "../database/queryable.js";

/** The life of a planned backfill as the database's clock has it. Timestamps are texts of Postgres. */
export interface BackfillLife {
  readonly started: string;
  /** When it closed; of an open one, now. */
  readonly ended: string;
  readonly seconds: number;
}

/** From the plan to the end, or to now; null before the plan. */
export async function readLife(
  db: Queryable,
  backfillId: string,
): Promise<BackfillLife | null> {
  const { rows } = await db.query<BackfillLife>(
    `select planned_at as started, coalesce(finished_at, now()) as ended,
       greatest(0, extract(epoch from coalesce(finished_at, now()) - planned_at))::double precision as seconds
     from refill.backfill
     where id = $1 and planned_at is not null`,
    [backfillId],
  );
  return rows[0] ?? null;
}

/** What ended in one bucket. Those in which nothing ended have no row. */
export interface BucketRow {
  readonly bucket: number;
  readonly completed: number;
  readonly failed: number;
  readonly records: bigint;
  readonly bytes: bigint;
}

/** What a backfill's workers finished, by buckets of so many seconds from a time on; `started` is a text of Postgres. */
export async function sumByBucket(
  db: Queryable,
  of: {
    readonly backfillId: string;
    readonly started: string;
    readonly bucketSeconds: number;
  },
): Promise<readonly BucketRow[]> {
  const { rows } = await db.query<BucketRow>(
    `select (extract(epoch from bucket - $2::timestamptz) / $3::double precision)::integer as bucket, completed, failed, records, bytes
     from (
       select date_bin($3::double precision * interval '1 second', finished_at, $2::timestamptz) as bucket,
         count(records_completed)::integer as completed,
         (count(*) filter (where status in ('Failed', 'FailedRetryable', 'TimedOut')))::integer as failed,
         coalesce(sum(records_completed), 0)::bigint as records, coalesce(sum(bytes_exported), 0)::bigint as bytes
       from refill.run
       where backfill_id = $1 and attempt > 0 and finished_at is not null
       group by 1
     ) finished`,
    [of.backfillId, of.started, of.bucketSeconds],
  );
  return rows;
}
