import type { ErrorObject } from "../../contract/objects/error.js";
import type { RunStatus } from "../../domain/backfills/status.js";
import { versionOfRun } from "../backfills/pinned-versions.js";
import type { Queryable } from "../database/queryable.js";
import type { PublishedRecord } from "./claims.js";
import { type RunRow, selectRun } from "./run-rows.js";

/** Finds one run of a planned backfill, by its number or by an instant (RFC 3339) inside of its interval. */
export async function findRunRow(
  db: Queryable,
  input: { readonly backfillId: string } & (
    { readonly ordinal: number } | { readonly at: string }
  ),
): Promise<RunRow | null> {
  const { rows } = await db.query<RunRow>(
    `${selectRun}
     where r.backfill_id = $1 and b.planned_at is not null
       and (r.ordinal = $2 or (r.data_interval_start <= $3 and r.data_interval_end > $3))`,
    [
      input.backfillId,
      "ordinal" in input ? input.ordinal : null,
      "at" in input ? input.at : null,
    ],
  );
  return rows[0] ?? null;
}

/** An attempt as stored. Timestamps are texts of Postgres. */
export interface AttemptRow {
  readonly generation: number;
  readonly attempt: number;
  readonly worker: string;
  readonly token: number;
  readonly began_at: string | null;
  readonly ended_at: string | null;
  readonly became: RunStatus;
  readonly error: ErrorObject | null;
}

/** All attempts at a run, oldest first: those that were written down, and the one that completed it or is at work. */
export async function listAttempts(
  db: Queryable,
  runId: string,
): Promise<readonly AttemptRow[]> {
  const { rows } = await db.query<AttemptRow>(
    `select generation, attempt, worker, claim_token::double precision as token, began_at, ended_at, became, error
     from refill.run_attempt where run_id = $1
     union all
     select
       1 + (
         select count(*) from refill.command c
         where c.backfill_id = r.backfill_id and c.kind = 'retry' and c.requested_at <= r.claimed_at
       )::integer,
       r.attempt, r.claimed_by, r.claim_token::double precision, r.claimed_at, r.finished_at, r.status, null
     from refill.run r
     where r.id = $1 and r.status in ('Running', 'Completed') and r.claimed_by is not null
     order by token`,
    [runId],
  );
  return rows;
}

/** What is known of a run beside its row. Timestamps are texts of Postgres. */
export interface RunSetting {
  readonly next_attempt_at: string | null;
  /** What a run that was begun is exported under; null: it is to be begun. */
  readonly definition_version: number | null;
  readonly published: PublishedRecord | null;
  /** Of the run that published; null for a live run, and where nothing is published. */
  readonly publisher: string | null;
}

export async function findRunSetting(
  db: Queryable,
  runId: string,
): Promise<RunSetting | null> {
  const { rows } = await db.query<RunSetting>(
    `select r.next_attempt_at, c.published, publisher.backfill_id as publisher,
       case when r.status in ('Running', 'Completed') then ${versionOfRun("r")} end as definition_version
     from refill.run r
     left join refill.backfill b on b.id = r.backfill_id
     left join refill.interval_claim c
       on c.batch_export_id = r.batch_export_id and c.data_interval_start = r.data_interval_start
       and c.data_interval_end = r.data_interval_end
     left join refill.run publisher on publisher.id = (c.published ->> 'run')::uuid
     where r.id = $1`,
    [runId],
  );
  return rows[0] ?? null;
}
