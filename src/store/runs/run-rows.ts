import type { FailureGroupObject } from "../../contract/objects/backfill-description.js";
import type { ErrorObject } from "../../contract/objects/error.js";
import type { FileObject } from "../../contract/objects/run.js";
import type { RunStatus } from "../../domain/backfills/status.js";
import type { Stretch } from "../../domain/backfills/throughput.js";
import type { Queryable } from "../database/queryable.js";
import { readRows } from "../database/run-statement.js";
import { matches, parameter, sql } from "../database/sql.js";

/** A run as stored. Timestamps are texts of Postgres, in UTC. */
export interface RunRow {
  readonly id: string;
  readonly backfill_id: string | null;
  readonly batch_export_id: string;
  readonly team: number;
  /** Null for a live run. */
  readonly ordinal: number | null;
  readonly data_interval_start: string;
  readonly data_interval_end: string;
  readonly status: RunStatus;
  readonly records_completed: bigint | null;
  readonly records_expected: bigint | null;
  readonly bytes_exported: bigint | null;
  readonly attempt: number;
  readonly latest_error: ErrorObject | null;
  readonly skip_reason: string | null;
  readonly files: readonly FileObject[] | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly last_updated_at: string;
}

/** A run of a backfill, as stored. */
export interface BackfillRunRow extends RunRow {
  readonly ordinal: number;
}

/** Columns of a `RunRow` but for the team, which is the backfill's or the export's. */
export const runColumns = sql`
  r.id, r.backfill_id, r.batch_export_id, r.ordinal, r.data_interval_start, r.data_interval_end, r.status,
  r.records_completed, r.records_expected, r.bytes_exported, r.attempt, r.latest_error, r.skip_reason, r.files,
  r.created_at, r.started_at, r.finished_at, r.last_updated_at`;

/** Selects `BackfillRunRow`s. */
export const selectRun = sql`
  select b.team, ${runColumns}
  from refill.run r
  join refill.backfill b on b.id = r.backfill_id`;

/** A page of a planned backfill's runs by ordinal, those after `after` first. */
export async function listRunRows(
  db: Queryable,
  page: {
    readonly backfillId: string;
    readonly status: RunStatus | null;
    readonly after: number;
    readonly limit: number;
  },
): Promise<readonly BackfillRunRow[]> {
  return readRows(
    db,
    sql<BackfillRunRow>`
      ${selectRun}
      where r.backfill_id = ${page.backfillId} and b.planned_at is not null and r.ordinal > ${page.after}
        and ${matches(sql`r.status`, page.status)}
      order by r.ordinal
      limit ${page.limit}`,
  );
}

interface FailureGroupRow {
  readonly code: string;
  readonly fingerprint: string;
  readonly runs: number;
  readonly retryable: boolean;
  readonly first_at: string;
  readonly last_at: string;
  readonly ordinal: number;
  readonly message: string;
}

/** The failed runs of a backfill by what their errors have in common, the most frequent first. Timestamps are texts of Postgres. */
export async function groupFailures(
  db: Queryable,
  backfillId: string,
): Promise<readonly FailureGroupObject[]> {
  const rows = await readRows(
    db,
    sql<FailureGroupRow>`
      select latest_error ->> 'code' as code, refill.error_fingerprint(latest_error) as fingerprint,
        count(*)::integer as runs,
        bool_and((latest_error ->> 'retryable')::boolean) as retryable,
        min(finished_at) as first_at, max(finished_at) as last_at,
        min(ordinal) as ordinal,
        (array_agg(latest_error ->> 'message' order by ordinal))[1] as message
      from refill.run
      where backfill_id = ${backfillId} and status in ('Failed', 'FailedRetryable', 'TimedOut')
      group by 1, 2
      order by 3 desc, 1, 2`,
  );
  return rows.map(({ ordinal, message, ...group }) => ({
    ...group,
    sample: { ordinal, message },
  }));
}

/** Lately is a minute, in thirds: long enough for runs of seconds, and short enough to follow a change. */
const stretchSeconds = 20;
const stretchCount = 3;

/** What was finished by exporting lately, in stretches of equal length, the latest first; the time before the plan does not count. */
export async function measureRecentWork(
  db: Queryable,
  backfillId: string,
): Promise<readonly Stretch[]> {
  const seconds = parameter(stretchSeconds);
  const count = parameter(stretchCount);
  return readRows(
    db,
    sql<Stretch>`
      with recent as (
        select floor(extract(epoch from now() - finished_at) / ${seconds})::integer as stretch,
          count(*) as runs, sum(records_completed) as records
        from refill.run
        where backfill_id = ${backfillId} and attempt > 0
          and finished_at > now() - ${seconds} * ${count} * interval '1 second'
        group by 1
      )
      select coalesce(recent.runs, 0)::double precision as runs,
        coalesce(recent.records, 0)::double precision as records,
        least(
          ${seconds}, greatest(0, extract(epoch from now() - b.planned_at) - ${seconds} * stretch)
        )::double precision as seconds
      from refill.backfill b
      cross join generate_series(0, ${count} - 1) stretch
      left join recent using (stretch)
      where b.id = ${backfillId} and b.planned_at is not null
      order by stretch`,
  );
}
