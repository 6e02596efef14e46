import type { Queryable } from "../../../src/store/database/queryable.js";

export const exportId = "00000000-0000-4000-8000-00000000000a";
export const otherExportId = "00000000-0000-4000-8000-00000000000b";
export const scheduleId = "00000000-0000-4000-8000-0000000000c1";
export const backfillId = "00000000-0000-4000-8000-0000000000f1";

/** Two exports, and a running backfill of the first one without a plan or a run. */
export async function insertOpenBackfill(db: Queryable): Promise<void> {
  await db.query(`
    begin;
    insert into refill.batch_export (id, team, name, definition_version)
    values ('${exportId}', 1, 'flights', 1), ('${otherExportId}', 1, 'trains', 1);
    insert into refill.batch_export_definition (batch_export_id, version, definition, created_by)
    values ('${exportId}', 1, '{}', 'test'), ('${otherExportId}', 1, '{}', 'test');
    commit;
    ${insertBackfill(backfillId)}`);
}

/** SQL that inserts a running backfill of the first export. */
export function insertBackfill(id: string): string {
  return `
    insert into refill.backfill (
      id, team, batch_export_id, definition_version, range_end, run_order, concurrency, requested_by, status,
      temporal_namespace, temporal_cluster_id
    ) values ('${id}', 1, '${exportId}', 1, '2002-01-01', 'oldest', 4, 'test', 'Running', 'default', 'cluster');`;
}

/** SQL that inserts waiting runs of hours `[from, to)`, numbered by the hour. */
export function insertSchedule(id: string, ofExport = exportId): string {
  return `
    insert into refill.schedule (
      id, batch_export_id, live_from, fired_through, lookback, delay_ms, jitter_ms, catch_up_ms, concurrency, audit, created_by
    ) values ('${id}', '${ofExport}', '2001-01-01', '2001-01-01', 0, 0, 0, 60000, 4, 'off', 'test');`;
}

export function insertRuns(range: {
  readonly from: number;
  readonly to: number;
}): string {
  return `
    insert into refill.run (backfill_id, batch_export_id, ordinal, data_interval_start, data_interval_end)
    select '${backfillId}', '${exportId}', n, timestamptz '2001-01-01 00:00Z' + n * interval '1 hour',
      timestamptz '2001-01-01 01:00Z' + n * interval '1 hour'
    from generate_series(${range.from}, ${range.to - 1}) n;`;
}

/** SQL that makes the plan valid. */
export function completePlan(totalRuns: number): string {
  return `
    update refill.backfill set planned_at = now(), plan_digest = 'digest', total_runs = ${totalRuns}
    where id = '${backfillId}';`;
}

/** SQL that puts a run to work. */
export function beginRun(ordinal: number): string {
  return `
    update refill.run set status = 'Running', attempt = attempt + 1, claim_token = 1, slot = ordinal % 500,
      started_at = now()
    where backfill_id = '${backfillId}' and ordinal = ${ordinal};`;
}

/** SQL that completes a run with 10 records in 100 bytes. */
export function completeRun(ordinal: number): string {
  return `
    update refill.run set status = 'Completed', records_completed = 10, bytes_exported = 100, files = '[]',
      finished_at = now()
    where backfill_id = '${backfillId}' and ordinal = ${ordinal};`;
}

/** SQL that closes the backfill. */
export function closeBackfill(status: string, totalRecords: number): string {
  return `
    update refill.backfill set status = '${status}', finished_at = now(), total_records = ${totalRecords}
    where id = '${backfillId}';`;
}

/** SQL that changes the backfill. */
export function setBackfill(values: string): string {
  return `update refill.backfill set ${values} where id = '${backfillId}';`;
}

/** SQL that changes its first run. */
export function setRun(values: string): string {
  return `update refill.run set ${values} where backfill_id = '${backfillId}' and ordinal = 0;`;
}

export const unknownId = "00000000-0000-4000-8000-00000000dead";

/** The columns of a backfill that ended without a record. */
export const closed = "finished_at = now(), total_records = 0";

/** SQL that inserts one run. */
export const oneRun = insertRuns({ from: 0, to: 1 });

/** SQL that plans one run and completes it. */
export const completed = `${oneRun} ${completePlan(1)} ${beginRun(0)} ${completeRun(0)}`;
