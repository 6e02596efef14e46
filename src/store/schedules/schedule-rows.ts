import type { ErrorObject } from "../../contract/objects/error.js";
import type {
  AuditObject,
  ScheduleCommandObject,
} from "../../contract/objects/schedule.js";
import type { AuditMode } from "../../domain/schedules/audit-mode.js";
import type { Queryable } from "../database/queryable.js";
import {
  affectsOne,
  execute,
  readRow,
  readRows,
} from "../database/run-statement.js";
import { json, matches, type Sql, sql } from "../database/sql.js";
import { latestCommands } from "./schedule-commands.js";

/** A schedule as stored, with its live runs in numbers. Timestamps are texts of Postgres, in UTC. */
export interface ScheduleRow {
  readonly id: string;
  readonly team: number;
  readonly batch_export_id: string;
  readonly export_name: string;
  readonly live_from: string;
  readonly fired_through: string;
  readonly lookback: number;
  readonly delay_ms: bigint;
  readonly jitter_ms: bigint;
  readonly catch_up_ms: bigint;
  readonly concurrency: number;
  readonly audit: AuditMode;
  readonly last_audit: AuditObject | null;
  readonly note: string | null;
  readonly paused_at: string | null;
  readonly paused_reason: string | null;
  readonly last_fired_for: string | null;
  readonly last_fired_at: string | null;
  readonly commands: readonly ScheduleCommandObject[];
  readonly revision: number;
  readonly mirrored_revision: number;
  readonly created_by: string;
  readonly created_at: string;
  readonly last_updated_at: string;
  readonly deleted_at: string | null;
  readonly open_runs: number;
  readonly completed_runs: number;
  readonly failed_runs: number;
  readonly latest_error: ErrorObject | null;
}

const selectSchedule = sql`
  select s.id, e.team, s.batch_export_id, e.name as export_name, s.live_from, s.fired_through, s.lookback, s.delay_ms,
    s.jitter_ms, s.catch_up_ms, s.concurrency, s.audit, s.last_audit, s.note, s.paused_at, s.paused_reason,
    s.last_fired_for, s.last_fired_at, s.revision, s.mirrored_revision, s.created_by, s.created_at, s.last_updated_at,
    s.deleted_at, runs.open_runs, runs.completed_runs, runs.failed_runs,
    (
      select r.latest_error from refill.run r
      where r.schedule_id = s.id and r.latest_error is not null
      order by r.last_updated_at desc limit 1
    ) as latest_error, ${latestCommands} as commands
  from refill.schedule s
  join refill.batch_export e on e.id = s.batch_export_id
  cross join lateral (
    select count(*) filter (where status in ('Starting', 'Running'))::integer as open_runs,
      count(*) filter (where status = 'Completed')::integer as completed_runs,
      count(*) filter (where status in ('Failed', 'FailedRetryable', 'TimedOut'))::integer as failed_runs
    from refill.run r where r.schedule_id = s.id
  ) runs`;

export interface NewSchedule {
  readonly id: string;
  readonly batchExportId: string;
  /** RFC 3339, a boundary of the export's interval. */
  readonly liveFrom: string;
  readonly lookback: number;
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly catchUpMs: number;
  readonly concurrency: number;
  readonly audit: AuditMode;
  readonly note: string | null;
  readonly createdBy: string;
}

/** False, and nothing written, when the export has a schedule already, or is deleted. */
export async function insertSchedule(
  db: Queryable,
  schedule: NewSchedule,
): Promise<boolean> {
  return affectsOne(
    db,
    sql`
      insert into refill.schedule (
        id, batch_export_id, live_from, fired_through, lookback, delay_ms, jitter_ms, catch_up_ms, concurrency, audit,
        note, created_by
      )
      select ${schedule.id}, e.id, ${schedule.liveFrom}, ${schedule.liveFrom}, ${schedule.lookback},
        ${schedule.delayMs}, ${schedule.jitterMs}, ${schedule.catchUpMs}, ${schedule.concurrency}, ${schedule.audit},
        ${schedule.note}, ${schedule.createdBy}
      from refill.batch_export e where e.id = ${schedule.batchExportId} and e.deleted_at is null
      for key share of e
      on conflict (batch_export_id) where deleted_at is null do nothing`,
  );
}

/** The schedule of this id, deleted or not; null: there is none. */
export async function findSchedule(
  db: Queryable,
  id: string,
): Promise<ScheduleRow | null> {
  return readRow(db, sql<ScheduleRow>`${selectSchedule} where s.id = ${id}`);
}

/** By team and name of the export. Null filters nothing. */
export async function listScheduleRows(
  db: Queryable,
  filter: {
    readonly batchExportId: string | null;
    readonly team: number | null;
  },
): Promise<readonly ScheduleRow[]> {
  return readRows(
    db,
    sql<ScheduleRow>`
      ${selectSchedule}
      where s.deleted_at is null and ${matches(sql`s.batch_export_id`, filter.batchExportId)}
        and ${matches(sql`e.team`, filter.team)}
      order by e.team, e.name`,
  );
}

/** Holds a schedule, and so its firings, until the transaction ends; null where there is none. */
export async function lockSchedule(
  db: Queryable,
  id: string,
): Promise<ScheduleRow | null> {
  await execute(
    db,
    sql`select 1 from refill.schedule where id = ${id} for no key update`,
  );
  return findSchedule(db, id);
}

/** Ends a statement that changes a schedule: it is one more revision, which Temporal is told of. */
function ofUndeleted(id: string): Sql {
  return sql`revision = revision + 1, last_updated_at = now() where id = ${id} and deleted_at is null`;
}

/** Pauses, or gives a pause a new reason. */
export async function markSchedulePaused(
  db: Queryable,
  input: { readonly id: string; readonly reason: string | null },
): Promise<void> {
  await execute(
    db,
    sql`
      update refill.schedule set
        paused_at = coalesce(paused_at, now()), paused_reason = coalesce(${input.reason}, paused_reason),
        ${ofUndeleted(input.id)}`,
  );
}

export async function markScheduleResumed(
  db: Queryable,
  id: string,
): Promise<void> {
  await execute(
    db,
    sql`update refill.schedule set paused_at = null, paused_reason = null, ${ofUndeleted(id)}`,
  );
}

/** Ends a schedule, and its runs that have not begun. Those at work go on to their end. */
export async function markScheduleDeleted(
  db: Queryable,
  id: string,
): Promise<void> {
  await execute(
    db,
    sql`update refill.schedule set deleted_at = now(), ${ofUndeleted(id)}`,
  );
  await cancelWaitingRuns(db, id);
}

/** Closes the live runs of a schedule that are not at work. */
export async function cancelWaitingRuns(
  db: Queryable,
  id: string,
): Promise<void> {
  await execute(
    db,
    sql`
      update refill.run
      set status = 'Cancelled', finished_at = now(), last_updated_at = now(), next_attempt_at = null
      where schedule_id = ${id} and status = 'Starting'`,
  );
}

/** The schedules that have open runs, deleted ones too: what is at work there still has to come to an end. */
export async function listSchedulesAtWork(
  db: Queryable,
): Promise<readonly { readonly id: string; readonly export_name: string }[]> {
  return readRows(
    db,
    sql<{ id: string; export_name: string }>`
      select s.id, e.name as export_name
      from refill.schedule s
      join refill.batch_export e on e.id = s.batch_export_id
      where exists (
        select from refill.run r where r.schedule_id = s.id and r.status in ('Starting', 'Running')
      )`,
  );
}

/** The export's definition has changed, and with it, perhaps, when its intervals close. */
export async function markScheduleChanged(
  db: Queryable,
  batchExportId: string,
): Promise<void> {
  await execute(
    db,
    sql`
      update refill.schedule set revision = revision + 1, last_updated_at = now()
      where batch_export_id = ${batchExportId} and deleted_at is null`,
  );
}

/** Temporal has the schedule as it was at a revision. */
export async function markMirrored(
  db: Queryable,
  input: { readonly id: string; readonly revision: number },
): Promise<void> {
  await execute(
    db,
    sql`
      update refill.schedule set mirrored_revision = ${input.revision}
      where id = ${input.id} and mirrored_revision < ${input.revision}`,
  );
}

/** Remembers a firing, and how far it reached; neither goes back, in whatever order firings come. */
export async function markFired(
  db: Queryable,
  input: {
    readonly id: string;
    readonly firedFor: string;
    readonly through: string;
  },
): Promise<void> {
  await execute(
    db,
    sql`
      update refill.schedule
      set last_fired_at = now(), last_fired_for = greatest(last_fired_for, ${input.firedFor}),
        fired_through = greatest(fired_through, ${input.through})
      where id = ${input.id}`,
  );
}

export async function writeAudit(
  db: Queryable,
  input: { readonly id: string; readonly audit: AuditObject },
): Promise<void> {
  await execute(
    db,
    sql`update refill.schedule set last_audit = ${json(input.audit)} where id = ${input.id}`,
  );
}

/** The ids of schedules, deleted ones among them, that Temporal may not have as the ledger has them. */
export async function listUnmirrored(
  db: Queryable,
): Promise<readonly string[]> {
  const rows = await readRows(
    db,
    sql<{ id: string }>`
      select id from refill.schedule where mirrored_revision < revision order by id`,
  );
  return rows.map(({ id }) => id);
}
