import type { Fence } from "../../contract/activities.js";
import type { Control } from "../../contract/control.js";
import { controlOf } from "../backfills/backfill-row.js";
import type { Queryable } from "../database/queryable.js";
import {
  type CappedPlace,
  freePlaceSlots,
  placeIsFull,
  placeValues,
} from "./capped-place.js";

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

/** Which run is claimed: a query for it and its interval, without a row where it is not to be begun. */
export interface ClaimTarget {
  /**
   * Selects `id, batch_export_id, data_interval_start, data_interval_end`, and `pin`: the version to be recorded with the
   * run. $3 is the slot, its own values begin with $7.
   */
  readonly sql: string;
  readonly values: readonly unknown[];
  /** Of a schedule: it may take the slot of a place that is kept for such runs. */
  readonly isLive: boolean;
}

/**
 * Claims an open run's interval and a slot of the window, and marks the run as at work, in one statement. Null when the
 * run is not to be begun: `explainRefusal` tells why.
 */
export function claimRun(
  db: Queryable,
  input: Fence & Claimant & { readonly ordinal: number },
): Promise<Claim | null> {
  return claimTarget(db, input, {
    isLive: false,
    sql: `
      select r.id, r.batch_export_id, r.data_interval_start, r.data_interval_end,
        case when b.repinned_from is not null then b.definition_version end as pin
      from refill.run r
      join refill.backfill b on b.id = r.open_backfill_id
      where r.open_backfill_id = $7 and r.ordinal = $9 and r.status = 'Starting'
        and b.generation = $8 and b.planned_at is not null and b.definition_version = $10
        and b.cancel_requested_at is null and b.paused_at is null and ${slotIsFree}`,
    values: [
      input.backfillId,
      input.generation,
      input.ordinal,
      input.definitionVersion,
    ],
  });
}

/**
 * A slot is held by one run at most: that keeps a window of N at N. After N was lowered, runs in slots above it may
 * still be at work; then a slot may begin a run only below a bound j for which j and all that is at work from j on make
 * no more than N. Those runs only become fewer, so a claim that does not see the latest errs on the safe side.
 */
const slotIsFree = `
  $3::integer < b.concurrency
  and not exists (
    select from refill.run w where w.open_backfill_id = b.id and w.status = 'Running' and w.slot = $3::integer
  )
  and exists (
    select from generate_series(b.concurrency, $3::integer + 1, -1) j
    where j + (
      select count(*) from refill.run w where w.open_backfill_id = b.id and w.status = 'Running' and w.slot >= j
    ) <= b.concurrency
  )`;

interface ClaimRow {
  readonly id: string;
  readonly attempt: number;
  readonly token: bigint;
  readonly staged: readonly StagedRecord[];
  readonly published: PublishedRecord | null;
  readonly records_expected: bigint | null;
}

/**
 * Takes the interval's next token and marks the run as at work, unless another run is at work on the interval. Null when
 * there is nothing to claim.
 */
export async function claimTarget(
  db: Queryable,
  { staged, worker, slot, place }: Omit<Claimant, "definitionVersion">,
  target: ClaimTarget,
): Promise<Claim | null> {
  const values = [
    JSON.stringify(staged),
    worker,
    slot,
    ...placeValues(place),
    target.isLive,
    ...target.values,
  ];
  const { rows } = await db
    .query<ClaimRow>(claimSql(target.sql), values)
    .catch((error: unknown) => {
      if (isSlotTaken(error)) return { rows: [] };
      throw error;
    });
  const [row] = rows;
  return row === undefined
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

const claimedPlace = {
  place: "$4",
  maxRuns: "$5",
  isLive: "$6",
  batchExportId: "t.batch_export_id",
} as const;

/**
 * A claim that waited for another one's commit still sees the runs as they were before it, but the claim's row as it is
 * now: a token that has grown since says that the interval was taken meanwhile.
 */
function claimSql(targetSql: string): string {
  return `
    with target as (${targetSql}
    ), room as (
      select free from target t, ${freePlaceSlots(claimedPlace)}
      order by case when $6::boolean then free end, random()
      limit 1
    ), seen as (
      select target.*, c.token
      from target
      left join refill.interval_claim c using (batch_export_id, data_interval_start, data_interval_end)
      where $4::text is null or exists (select from room)
    ), claim as (
      insert into refill.interval_claim as held (
        batch_export_id, data_interval_start, data_interval_end, token, run_id, staged
      )
      select batch_export_id, data_interval_start, data_interval_end, 1, id,
        jsonb_build_array($1::jsonb || jsonb_build_object('token', 1))
      from seen
      on conflict (batch_export_id, data_interval_start, data_interval_end) do update set
        token = held.token + 1,
        run_id = excluded.run_id,
        staged = held.staged || jsonb_build_array($1::jsonb || jsonb_build_object('token', held.token + 1))
      where held.token = (select token from seen)
        and not exists (select from refill.run holder where holder.id = held.run_id and holder.status = 'Running')
      returning token, staged, published
    )
    update refill.run r set
      status = 'Running', attempt = r.attempt + 1, claim_token = claim.token, claimed_by = $2, claimed_at = now(),
      slot = $3, definition_version = seen.pin, place = $4, place_slot = (select free from room),
      started_at = coalesce(r.started_at, now()), next_attempt_at = null, last_updated_at = now()
    from seen, claim
    where r.id = seen.id and r.status = 'Starting'
    returning r.id, r.attempt, r.records_expected, claim.token, claim.staged, claim.published`;
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
  const { rowCount } = await db.query(
    `update refill.interval_claim c set staged = c.staged || $3::jsonb
     from refill.run r
     where r.id = $1 and c.batch_export_id = r.batch_export_id and c.data_interval_start = r.data_interval_start
       and c.data_interval_end = r.data_interval_end and c.run_id = r.id and c.token = $2`,
    [claim.runId, claim.token, JSON.stringify([staged])],
  );
  return rowCount === 1;
}

/**
 * Why a claim was refused: `full` may pass within moments, `held` within the time that another backfill's run takes, and
 * `capped` when one of the runs at work at the destination ends. `repinned`: another definition is to be taken.
 */
export type ClaimRefusal =
  | { readonly kind: "closed" | "held" | "full" | "capped" | "repinned" }
  | {
      readonly kind: "cancel" | "drain" | "pause" | "window";
      readonly control: Control;
    };

/** SQL: whether another run is at work on the interval of the run `r`. */
export const intervalIsHeld = `exists (
  select from refill.interval_claim c
  join refill.run holder on holder.id = c.run_id and holder.id <> r.id and holder.status = 'Running'
  where c.batch_export_id = r.batch_export_id and c.data_interval_start = r.data_interval_start
    and c.data_interval_end = r.data_interval_end
)`;

const refusedPlace = {
  place: "$4",
  maxRuns: "$5",
  isLive: "false",
  batchExportId: "b.batch_export_id",
} as const;

export async function explainRefusal(
  db: Queryable,
  input: Fence &
    Pick<Claimant, "slot" | "place" | "definitionVersion"> & {
      readonly ordinal: number;
    },
): Promise<ClaimRefusal> {
  const { rows } = await db.query<RefusalRow>(
    `select b.control_version, b.concurrency, b.pause_cause, b.paused_reason, b.cancel_mode,
       r.status = 'Starting' as open, b.definition_version,
       ${intervalIsHeld} as held,
       ${placeIsFull(refusedPlace)} as capped
     from refill.backfill b
     left join refill.run r on r.open_backfill_id = b.id and r.ordinal = $3
     where b.id = $1 and b.generation = $2 and b.open_id is not null`,
    [
      input.backfillId,
      input.generation,
      input.ordinal,
      ...placeValues(input.place),
    ],
  );
  const row = rows[0];
  return row === undefined ? { kind: "closed" } : refusalOf(row, input);
}

type RefusalRow = Parameters<typeof controlOf>[0] & {
  readonly open: boolean | null;
  readonly definition_version: number;
  readonly held: boolean;
  readonly capped: boolean;
};

function refusalOf(
  row: RefusalRow,
  { slot, definitionVersion }: Pick<Claimant, "slot" | "definitionVersion">,
): ClaimRefusal {
  const control = controlOf(row);
  if (control.cancel === "drain") return { kind: "drain", control };
  if (control.cancel !== null) return { kind: "cancel", control };
  if (control.pause !== null) return { kind: "pause", control };
  if (slot >= control.concurrency) return { kind: "window", control };
  if (row.open !== true) return { kind: "closed" };
  if (row.definition_version !== definitionVersion) return { kind: "repinned" };
  return { kind: waitsFor(row) };
}

/** Neither: another claim had the slot at that moment. */
export function waitsFor({
  held,
  capped,
}: {
  readonly held: boolean;
  readonly capped: boolean;
}): "held" | "capped" | "full" {
  if (held) return "held";
  return capped ? "capped" : "full";
}
