import type { RunStatus } from "../../domain/backfills/status.js";
import { versionOfRun } from "../backfills/pinned-versions.js";
import type { Queryable } from "../database/queryable.js";
import {
  affectsOne,
  execute,
  readRow,
  readRows,
} from "../database/run-statement.js";
import { matches, sql } from "../database/sql.js";
import { intervalMs, isDue } from "../runs/open-runs.js";
import { runColumns, type RunRow } from "../runs/run-rows.js";

/** Runs of a firing, as they are to be written. */
export interface NewLiveRuns {
  readonly scheduleId: string;
  readonly batchExportId: string;
  readonly definitionVersion: number;
  /** RFC 3339. */
  readonly firedFor: string;
  readonly isLookback: boolean;
  /** RFC 3339. */
  readonly intervals: readonly {
    readonly start: string;
    readonly end: string;
  }[];
}

/**
 * Adds the runs of a firing; returns how many are new. An interval for which a live run is open already gets none, nor
 * one for which this very firing has asked before.
 */
export async function insertLiveRuns(
  db: Queryable,
  runs: NewLiveRuns,
): Promise<number> {
  const starts = runs.intervals.map(({ start }) => start);
  const ends = runs.intervals.map(({ end }) => end);
  return execute(
    db,
    sql`
      insert into refill.run (
        schedule_id, batch_export_id, definition_version, fired_for, is_lookback, data_interval_start, data_interval_end
      )
      select ${runs.scheduleId}, ${runs.batchExportId}, ${runs.definitionVersion}, ${runs.firedFor}, ${runs.isLookback},
        starts, ends
      from unnest(${starts}::timestamptz[], ${ends}::timestamptz[]) as interval (starts, ends)
      on conflict do nothing`,
  );
}

/** An open live run that could be claimed now. */
export interface DueLiveRun {
  readonly id: string;
  readonly definitionVersion: number;
  readonly startMs: number;
  readonly endMs: number;
}

interface DueLiveRow {
  readonly id: string;
  readonly definition_version: number;
  readonly start_ms: number;
  readonly end_ms: number;
}

/** The due runs of a schedule: new intervals before those that are exported again, the latest first of either. */
export async function listDueLiveRuns(
  db: Queryable,
  input: { readonly scheduleId: string; readonly limit: number },
): Promise<readonly DueLiveRun[]> {
  const rows = await readRows(
    db,
    sql<DueLiveRow>`
      select r.id, r.definition_version, ${intervalMs}
      from refill.run r
      where r.schedule_id = ${input.scheduleId} and r.status = 'Starting' and ${isDue}
      order by r.is_lookback, r.data_interval_start desc
      limit ${input.limit}`,
  );
  return rows.map((row) => ({
    id: row.id,
    definitionVersion: row.definition_version,
    startMs: row.start_ms,
    endMs: row.end_ms,
  }));
}

/** What a schedule's exporter decides by. */
export interface LiveLedger {
  readonly open_runs: number;
  readonly due_runs: number;
  /** Until the first that is not due yet; null where there is none. */
  readonly wait_ms: number | null;
}

export async function readLiveLedger(
  db: Queryable,
  scheduleId: string,
): Promise<LiveLedger> {
  const row = await readRow(
    db,
    sql<LiveLedger>`
      select count(*)::integer as open_runs,
        count(*) filter (where status = 'Starting' and ${isDue})::integer as due_runs,
        (
          extract(epoch from min(next_attempt_at) filter (where next_attempt_at > now()) - now()) * 1000
        )::double precision as wait_ms
      from refill.run r where schedule_id = ${scheduleId} and status in ('Starting', 'Running')`,
  );
  return row ?? { open_runs: 0, due_runs: 0, wait_ms: null };
}

/**
 * Closes a waiting live run without an export where another run has exported its interval, under the same definition,
 * since the firing. False: there is no such run.
 */
export async function skipLiveRun(
  db: Queryable,
  runId: string,
): Promise<boolean> {
  return affectsOne(
    db,
    sql`
      update refill.run r
      set status = 'Completed', records_completed = 0, bytes_exported = 0, files = '[]', latest_error = null,
        next_attempt_at = null, finished_at = now(), last_updated_at = now(),
        skip_reason = 'exported after the firing by ' || other.writer
      from (
        select coalesce('backfill ' || done.backfill_id, 'an earlier live run') as writer
        from refill.run live
        join refill.run done on done.batch_export_id = live.batch_export_id
          and done.data_interval_start = live.data_interval_start and done.data_interval_end = live.data_interval_end
          and done.id <> live.id and done.status = 'Completed' and done.attempt > 0
          and done.finished_at > live.fired_for
        left join refill.backfill b on b.id = done.backfill_id
        where live.id = ${runId}
          and ${versionOfRun(sql`done`)} = live.definition_version
        order by done.finished_at desc
        limit 1
      ) other
      where r.id = ${runId} and r.status = 'Starting'`,
  );
}

/** The live runs of a schedule, the latest interval first. */
export async function listLiveRunRows(
  db: Queryable,
  page: {
    readonly scheduleId: string;
    readonly status: RunStatus | null;
    readonly limit: number;
  },
): Promise<readonly RunRow[]> {
  return readRows(
    db,
    sql<RunRow>`
      select e.team, ${runColumns}
      from refill.run r
      join refill.batch_export e on e.id = r.batch_export_id
      where r.schedule_id = ${page.scheduleId} and ${matches(sql`r.status`, page.status)}
      order by r.data_interval_start desc, r.created_at desc, r.id
      limit ${page.limit}`,
  );
}
