import type { Fence } from "../contract/activities.js";
import type { Control } from "../contract/control.js";
import { controlOf } from "./backfill-row.js";
import type { Queryable } from "./queryable.js";

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
}

/**
 * Claims an open run's interval and a slot of the window, and marks the run as at work, in one statement. Null when the
 * run is not to be begun: `explainRefusal` tells why.
 */
export async function claimRun(
  db: Queryable,
  input: Fence & {
    readonly ordinal: number;
    readonly slot: number;
    /** The staged output's description without its token, which only this statement knows. */
    readonly staged: StagedRecord;
    readonly worker: string;
  },
): Promise<Claim | null> {
  const row = await attemptClaim(db, input);
  return row === null
    ? null
    : {
        runId: row.id,
        attempt: row.attempt,
        token: Number(row.token),
        staged: row.staged,
        published: row.published,
      };
}

interface ClaimRow {
  readonly id: string;
  readonly attempt: number;
  readonly token: bigint;
  readonly staged: readonly StagedRecord[];
  readonly published: PublishedRecord | null;
}

/**
 * A slot is held by one run at most: that keeps a window of N at N. After N was lowered, runs in slots above it may
 * still be at work; then a slot may begin a run only below a bound j for which j and all that is at work from j on make
 * no more than N. Those runs only become fewer, so a claim that does not see the latest errs on the safe side.
 */
const slotIsFree = `
  $6::integer < b.concurrency
  and not exists (
    select from refill.run w where w.open_backfill_id = b.id and w.status = 'Running' and w.slot = $6::integer
  )
  and exists (
    select from generate_series(b.concurrency, $6::integer + 1, -1) j
    where j + (
      select count(*) from refill.run w where w.open_backfill_id = b.id and w.status = 'Running' and w.slot >= j
    ) <= b.concurrency
  )`;

async function attemptClaim(
  db: Queryable,
  input: Parameters<typeof claimRun>[1],
): Promise<ClaimRow | null> {
  try {
    const { rows } = await db.query<ClaimRow>(
      `with target as (
         select r.id, r.batch_export_id, r.data_interval_start, r.data_interval_end
         from refill.run r
         join refill.backfill b on b.id = r.open_backfill_id
         where r.open_backfill_id = $1 and r.ordinal = $3 and r.status = 'Starting'
           and b.generation = $2 and b.planned_at is not null
           and b.cancel_requested_at is null and b.paused_at is null and ${slotIsFree}
       ), claim as (
         insert into refill.interval_claim as held (
           batch_export_id, data_interval_start, data_interval_end, token, run_id, staged
         )
         select batch_export_id, data_interval_start, data_interval_end, 1, id,
           jsonb_build_array($4::jsonb || jsonb_build_object('token', 1))
         from target
         on conflict (batch_export_id, data_interval_start, data_interval_end) do update set
           token = held.token + 1,
           run_id = excluded.run_id,
           staged = held.staged || jsonb_build_array($4::jsonb || jsonb_build_object('token', held.token + 1))
         where held.run_id is null or held.run_id = excluded.run_id
           or not exists (select from refill.run holder where holder.id = held.run_id and holder.status = 'Running')
         returning token, staged, published
       )
       update refill.run r set
         status = 'Running', attempt = r.attempt + 1, claim_token = claim.token, claimed_by = $5, claimed_at = now(),
         slot = $6, started_at = coalesce(r.started_at, now()), next_attempt_at = null, last_updated_at = now()
       from target, claim
       where r.id = target.id and r.status = 'Starting'
       returning r.id, r.attempt, claim.token, claim.staged, claim.published`,
      [
        input.backfillId,
        input.generation,
        input.ordinal,
        JSON.stringify(input.staged),
        input.worker,
        input.slot,
      ],
    );
    return rows[0] ?? null;
  } catch (error) {
    if (isSlotTaken(error)) return null;
    throw error;
  }
}

/** Two claims of one slot at the same moment: the database lets one of them through. */
function isSlotTaken(error: unknown): boolean {
  return (
    error instanceof Error &&
    "constraint" in error &&
    error.constraint === "run_slot_is_held_by_one_run"
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

/** Why a claim was refused: `full` may pass within moments, `held` within the time that another backfill's run takes. */
export type ClaimRefusal =
  | { readonly kind: "closed" | "held" | "full" }
  | {
      readonly kind: "cancel" | "drain" | "pause" | "window";
      readonly control: Control;
    };

export async function explainRefusal(
  db: Queryable,
  input: Fence & { readonly ordinal: number; readonly slot: number },
): Promise<ClaimRefusal> {
  const { rows } = await db.query<RefusalRow>(
    `select b.control_version, b.concurrency, b.pause_cause, b.paused_reason, b.cancel_mode,
       r.status = 'Starting' as open,
       exists (
         select from refill.interval_claim c
         join refill.run holder on holder.id = c.run_id and holder.id <> r.id and holder.status = 'Running'
         where c.batch_export_id = r.batch_export_id and c.data_interval_start = r.data_interval_start
           and c.data_interval_end = r.data_interval_end
       ) as held
     from refill.backfill b
     left join refill.run r on r.open_backfill_id = b.id and r.ordinal = $3
     where b.id = $1 and b.generation = $2 and b.open_id is not null`,
    [input.backfillId, input.generation, input.ordinal],
  );
  const row = rows[0];
  return row === undefined ? { kind: "closed" } : refusalOf(row, input.slot);
}

type RefusalRow = Parameters<typeof controlOf>[0] & {
  readonly open: boolean | null;
  readonly held: boolean;
};

function refusalOf(row: RefusalRow, slot: number): ClaimRefusal {
  const control = controlOf(row);
  if (control.cancel === "drain") return { kind: "drain", control };
  if (control.cancel !== null) return { kind: "cancel", control };
  if (control.pause !== null) return { kind: "pause", control };
  if (slot >= control.concurrency) return { kind: "window", control };
  if (row.open !== true) return { kind: "closed" };
  return { kind: row.held ? "held" : "full" };
}
