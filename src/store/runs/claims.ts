import type { Queryable } from "../database/queryable.js";
import { affectsOne, readRow } from "../database/run-statement.js";
import {
  json,
  type Parameter,
  parameter,
  type Sql,
  sql,
} from "../database/sql.js";
import {
  type CappedPlace,
  freePlaceSlots,
  placeQuestion,
} from "./capped-place.js";
import { claimIsOfRun } from "./interval-claim.js";
import type {
  BackfillRunReference,
  LiveRunReference,
  RunReference,
} from "./run-reference.js";

/** What an attempt may have staged, as its destination describes it. Opaque to the store but for the token. */
export type StagedRecord = Readonly<Record<string, string | number>>;

/** What stands at the destination for an interval. */
export interface PublishedRecord {
  /** Of the destination: files of another are never touched. */
  readonly identity: string;
  readonly run: string;
  readonly token: number;
  readonly keys: readonly string[];
}

/** The right to publish one interval, until someone takes a higher token. */
export interface Claim {
  readonly runId: string;
  readonly attempt: number;
  readonly token: number;
  /** What all claims since the last publication may have staged; the last entry is this claim's own. */
  readonly staged: readonly StagedRecord[];
  readonly published: PublishedRecord | null;
  /** As the plan counted them; null where none did. */
  readonly recordsExpected: number | null;
}

/** Who claims, and with what. */
export interface Claimant {
  /** The staged output's description without its token, which only the claim's statement knows. */
  readonly staged: StagedRecord;
  readonly worker: string;
  /** Held by one run at a time, of a backfill or of a schedule. */
  readonly slot: number;
  /** The version of the definition that the run would be exported under. */
  readonly definitionVersion: number;
  /** Null: as many as like may be at work at the destination. */
  readonly place: CappedPlace | null;
}

/**
 * Claims an open run's interval and a slot, and marks the run as at work, in one statement. Null when the run is not to
 * be begun: `explainRefusal` tells why.
 */
export async function claimRun(
  db: Queryable,
  input: Claimant & RunReference,
): Promise<Claim | null> {
  const row = await readRow(db, claimStatement(input)).catch(
    (error: unknown) => {
      if (isSlotTaken(error)) return null;
      throw error;
    },
  );
  return row === null
    ? null
    : {
        runId: row.id,
        attempt: row.attempt,
        token: Number(row.token),
        staged: row.staged,
        published: row.published,
        recordsExpected:
          row.records_expected === null ? null : Number(row.records_expected),
      };
}

interface ClaimRow {
  readonly id: string;
  readonly attempt: number;
  readonly token: bigint;
  readonly staged: readonly StagedRecord[];
  readonly published: PublishedRecord | null;
  readonly records_expected: bigint | null;
}

/**
 * Takes the interval's next token and marks the run as at work, unless another run is at work on the interval. A claim
 * that waited for another one's commit still sees the runs as they were before it, but the claim's row as it is now: a
 * token that has grown since says that the interval was taken meanwhile.
 */
function claimStatement(input: Claimant & RunReference): Sql<ClaimRow> {
  const slot = parameter(input.slot);
  const staged = sql`${parameter(json(input.staged))}::jsonb`;
  const target =
    "runId" in input ? liveTarget(input, slot) : backfillTarget(input, slot);
  const place = placeQuestion(input.place, {
    isLive: "runId" in input,
    batchExportId: sql`t.batch_export_id`,
  });
  return sql<ClaimRow>`
    with target as (
      ${target}
    ), room as (
      select free from target t, ${freePlaceSlots(place)}
      order by case when ${place.isLive} then free end, random()
      limit 1
    ), seen as (
      select target.*, c.token
      from target
      left join refill.interval_claim c using (batch_export_id, data_interval_start, data_interval_end)
      where ${place.identity}::text is null or exists (select from room)
    ), claim as (
      insert into refill.interval_claim as held (
        batch_export_id, data_interval_start, data_interval_end, token, run_id, staged
      )
      select batch_export_id, data_interval_start, data_interval_end, 1, id,
        jsonb_build_array(${staged} || jsonb_build_object('token', 1))
      from seen
      on conflict (batch_export_id, data_interval_start, data_interval_end) do update set
        token = held.token + 1,
        run_id = excluded.run_id,
        staged = held.staged || jsonb_build_array(${staged} || jsonb_build_object('token', held.token + 1))
      where held.token = (select token from seen)
        and not exists (select from refill.run holder where holder.id = held.run_id and holder.status = 'Running')
      returning token, staged, published
    )
    update refill.run r set
      status = 'Running', attempt = r.attempt + 1, claim_token = claim.token, claimed_by = ${input.worker},
      claimed_at = now(), slot = ${slot}, definition_version = seen.pin,
      place = ${place.identity}, place_slot = (select free from room),
      started_at = coalesce(r.started_at, now()), next_attempt_at = null, last_updated_at = now()
    from seen, claim
    where r.id = seen.id and r.status = 'Starting'
    returning r.id, r.attempt, r.records_expected, claim.token, claim.staged, claim.published`;
}

/** The run and its interval, and as `pin` the version to be recorded with it; no row where it is not to be begun. */
function backfillTarget(
  run: Claimant & BackfillRunReference,
  slot: Parameter,
): Sql {
  return sql`
      select r.id, r.batch_export_id, r.data_interval_start, r.data_interval_end,
        case when b.repinned_from is not null then b.definition_version end as pin
      from refill.run r
      join refill.backfill b on b.id = r.open_backfill_id
      where r.open_backfill_id = ${run.backfillId} and r.ordinal = ${run.ordinal} and r.status = 'Starting'
        and b.generation = ${run.generation} and b.planned_at is not null
        and b.definition_version = ${run.definitionVersion}
        and b.cancel_requested_at is null and b.paused_at is null and ${slotIsFree(slot)}`;
}

/** The same of a live run, which pins the definition of its firing. */
function liveTarget({ runId }: LiveRunReference, slot: Parameter): Sql {
  return sql`
      select r.id, r.batch_export_id, r.data_interval_start, r.data_interval_end, r.definition_version as pin
      from refill.run r
      join refill.schedule s on s.id = r.schedule_id and s.deleted_at is null
      where r.id = ${runId} and r.status = 'Starting' and not exists (
        select from refill.run w where w.schedule_id = s.id and w.status = 'Running' and w.slot = ${slot}::integer
      )`;
}

/**
 * A slot is held by one run at most: that keeps a window of N at N. After N was lowered, runs in slots above it may
 * still be at work; then a slot may begin a run only below a bound j for which j and all that is at work from j on make
 * no more than N. Those runs only become fewer, so a claim that does not see the latest errs on the safe side.
 */
function slotIsFree(slot: Parameter): Sql {
  return sql`${slot}::integer < b.concurrency
    and not exists (
      select from refill.run w where w.open_backfill_id = b.id and w.status = 'Running' and w.slot = ${slot}::integer
    )
    and exists (
      select from generate_series(b.concurrency, ${slot}::integer + 1, -1) j
      where j + (
        select count(*) from refill.run w where w.open_backfill_id = b.id and w.status = 'Running' and w.slot >= j
      ) <= b.concurrency
    )`;
}

/** Each lets one run of a backfill, of a schedule, or at a place, hold a slot. */
const slotConstraints: readonly unknown[] = [
  "run_place_slot_is_held_by_one_run",
  "run_slot_is_held_by_one_run",
  "run_live_slot_is_held_by_one_run",
];

/** Two claims of one slot at the same moment: the database lets one of them through. */
function isSlotTaken(error: unknown): boolean {
  return (
    error instanceof Error &&
    "constraint" in error &&
    slotConstraints.includes(error.constraint)
  );
}

/** Adds to what a claim may have staged. False, and nothing written, when the claim has passed to another. */
export async function recordStaged(
  db: Queryable,
  claim: { readonly runId: string; readonly token: number },
  staged: StagedRecord,
): Promise<boolean> {
  return affectsOne(
    db,
    sql`
      update refill.interval_claim c set staged = c.staged || ${json([staged])}::jsonb
      from refill.run r
      where r.id = ${claim.runId} and ${claimIsOfRun} and c.run_id = r.id and c.token = ${claim.token}`,
  );
}
