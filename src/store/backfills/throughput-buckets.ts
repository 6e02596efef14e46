import type { Queryable } from "../database/queryable.js";
import { readRow, readRows } from "../database/run-statement.js";
import { parameter, sql } from "../database/sql.js";

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
  return readRow(
    db,
    sql<BackfillLife>`
      select planned_at as started, coalesce(finished_at, now()) as ended,
        greatest(0, extract(epoch from coalesce(finished_at, now()) - planned_at))::double precision as seconds
      from refill.backfill
      where id = ${backfillId} and planned_at is not null`,
  );
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
  const started = sql`${parameter(of.started)}::timestamptz`;
  const seconds = sql`${parameter(of.bucketSeconds)}::double precision`;
  return readRows(
    db,
    sql<BucketRow>`
      select (extract(epoch from bucket - ${started}) / ${seconds})::integer as bucket,
        completed, failed, records, bytes
      from (
        select date_bin(${seconds} * interval '1 second', finished_at, ${started}) as bucket,
          count(records_completed)::integer as completed,
          (count(*) filter (where status in ('Failed', 'FailedRetryable', 'TimedOut')))::integer as failed,
          coalesce(sum(records_completed), 0)::bigint as records, coalesce(sum(bytes_exported), 0)::bigint as bytes
        from refill.run
        where backfill_id = ${of.backfillId} and attempt > 0 and finished_at is not null
        group by 1
      ) finished`,
  );
}
