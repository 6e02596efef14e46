import type { RunStatus } from "../../domain/backfills/status.js";
import { versionOfRun } from "../backfills/pinned-versions.js";
import type { Queryable } from "../database/queryable.js";
import { placeIsFull, placeValues } from "../runs/capped-place.js";
import {
  type Claim,
  type Claimant,
  type ClaimRefusal,
  claimTarget,
  intervalIsHeld,
  waitsFor,
} from "../runs/claims.js";
import type { LostRun } from "../runs/open-runs.js";
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
  const { rowCount } = await db.query(
    `insert into refill.run (
       schedule_id, batch_export_id, definition_version, fired_for, is_lookback, data_interval_start, data_interval_end
     )
     select $1, $2, $3, $4, $5, starts, ends
     from unnest($6::timestamptz[], $7::timestamptz[]) as interval (starts, ends)
     on conflict do nothing`,
    [
      runs.scheduleId,
      runs.batchExportId,
      runs.definitionVersion,
      runs.firedFor,
      runs.isLookback,
      runs.intervals.map(({ start }) => start),
      runs.intervals.map(({ end }) => end),
    ],
  );
  return rowCount ?? 0;
}

/** An open live run that could be claimed now. */
export interface DueLiveRun {
  readonly id: string;
  readonly definitionVersion: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** The due runs of a schedule: new intervals before those that are exported again, the latest first of either. */
export async function listDueLiveRuns(
  db: Queryable,
  input: { readonly scheduleId: string; readonly limit: number },
): Promise<readonly DueLiveRun[]> {
  const { rows } = await db.query<{
    id: string;
    definition_version: number;
    start_ms: number;
    end_ms: number;
  }>(
    `select id, definition_version,
       (extract(epoch from data_interval_start) * 1000)::double precision as start_ms,
       (extract(epoch from data_interval_end) * 1000)::double precision as end_ms
     from refill.run
     where schedule_id = $1 and status = 'Starting' and (next_attempt_at is null or next_attempt_at <= now())
     order by is_lookback, data_interval_start desc
     limit $2`,
    [input.scheduleId, input.limit],
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
  const { rows } = await db.query<LiveLedger>(
    `select count(*)::integer as open_runs,
       count(*) filter (
         where status = 'Starting' and (next_attempt_at is null or next_attempt_at <= now())
       )::integer as due_runs,
       (extract(epoch from min(next_attempt_at) filter (where next_attempt_at > now()) - now()) * 1000)::double precision
         as wait_ms
     from refill.run where schedule_id = $1 and status in ('Starting', 'Running')`,
    [scheduleId],
  );
  return rows[0] ?? { open_runs: 0, due_runs: 0, wait_ms: null };
}

/** The runs of a lane, or with null of all lanes, that are marked as at work. */
export async function listLiveRunsAtWork(
  db: Queryable,
  input: { readonly scheduleId: string; readonly slot: number | null },
): Promise<readonly Omit<LostRun, "ordinal">[]> {
  const { rows } = await db.query<{
    id: string;
    attempt: number;
    claim_token: bigint;
  }>(
    `select id, attempt, claim_token from refill.run
     where schedule_id = $1 and status = 'Running' and ($2::integer is null or slot = $2)`,
    [input.scheduleId, input.slot],
  );
  return rows.map((row) => ({
    id: row.id,
    attempt: row.attempt,
    claimToken: Number(row.claim_token),
  }));
}

/**
 * Closes a waiting live run without an export where another run has exported its interval, under the same definition,
 * since the firing. False: there is no such run.
 */
export async function skipLiveRun(
  db: Queryable,
  runId: string,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update refill.run r
     set status = 'Completed', records_completed = 0, bytes_exported = 0, files = '[]', latest_error = null,
       next_attempt_at = null, finished_at = now(), last_updated_at = now(),
       skip_reason = 'exported after the firing by ' || other.writer
     from (
       select coalesce('backfill ' || done.backfill_id, 'an earlier live run') as writer
       from refill.run live
       join refill.run done on done.batch_export_id = live.batch_export_id
         and done.data_interval_start = live.data_interval_start and done.data_interval_end = live.data_interval_end
         and done.id <> live.id and done.status = 'Completed' and done.attempt > 0 and done.finished_at > live.fired_for
       left join refill.backfill b on b.id = done.backfill_id
       where live.id = $1
         and ${versionOfRun("done")} = live.definition_version
       order by done.finished_at desc
       limit 1
     ) other
     where r.id = $1 and r.status = 'Starting'`,
    [runId],
  );
  return rowCount === 1;
}

/**
 * Claims a live run's interval and a slot of its schedule, and marks the run as at work, in one statement. Null when it is
 * not to be begun: `explainLiveRefusal` tells why.
 */
export function claimLiveRun(
  db: Queryable,
  input: Omit<Claimant, "definitionVersion"> & { readonly runId: string },
): Promise<Claim | null> {
  return claimTarget(db, input, {
    isLive: true,
    sql: `
      select r.id, r.batch_export_id, r.data_interval_start, r.data_interval_end, r.definition_version as pin
      from refill.run r
      join refill.schedule s on s.id = r.schedule_id and s.deleted_at is null
      where r.id = $7 and r.status = 'Starting' and not exists (
        select from refill.run w where w.schedule_id = s.id and w.status = 'Running' and w.slot = $3::integer
      )`,
    values: [input.runId],
  });
}

const refusedPlace = {
  place: "$2",
  maxRuns: "$3",
  isLive: "true",
  batchExportId: "r.batch_export_id",
} as const;

/** Why the claim of a live run was refused: it, or its schedule, is closed, another run holds its interval, or its lane is not free. */
export async function explainLiveRefusal(
  db: Queryable,
  { runId, place }: Pick<Claimant, "place"> & { readonly runId: string },
): Promise<ClaimRefusal> {
  const { rows } = await db.query<{ held: boolean; capped: boolean }>(
    `select ${intervalIsHeld} as held,
       ${placeIsFull(refusedPlace)} as capped
     from refill.run r
     join refill.schedule s on s.id = r.schedule_id and s.deleted_at is null
     where r.id = $1 and r.status = 'Starting'`,
    [runId, ...placeValues(place)],
  );
  const row = rows[0];
  if (row === undefined) return { kind: "closed" };
  return { kind: waitsFor(row) };
}

/** Puts off a live run whose interval another run is at work on. It costs no attempt. */
export async function deferLiveRun(
  db: Queryable,
  input: { readonly runId: string; readonly delayMs: number },
): Promise<void> {
  await db.query(
    `update refill.run set next_attempt_at = now() + $2 * interval '1 millisecond', last_updated_at = now()
     where id = $1 and status = 'Starting'`,
    [input.runId, input.delayMs],
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
  const { rows } = await db.query<RunRow>(
    `select e.team, ${runColumns}
     from refill.run r
     join refill.batch_export e on e.id = r.batch_export_id
     where r.schedule_id = $1 and ($2::text is null or r.status = $2)
     order by r.data_interval_start desc, r.created_at desc, r.id
     limit $3`,
    [page.scheduleId, page.status, page.limit],
  );
  return rows;
}
