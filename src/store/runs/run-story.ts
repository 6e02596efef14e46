import type { ErrorObject } from "../../contract/objects/error.js";
import type { RunStatus } from "../../domain/backfills/status.js";
import { versionOfRun } from "../backfills/pinned-versions.js";
import type { Queryable } from "../database/queryable.js";
import { readRow, readRows } from "../database/run-statement.js";
import { sql } from "../database/sql.js";
import type { PublishedRecord } from "./claims.js";
import { claimIsOfRun } from "./interval-claim.js";
import { type BackfillRunRow, selectRun } from "./run-rows.js";

/** Finds one run of a planned backfill, by its number or by an instant (RFC 3339) inside of its interval. */
export async function findRunRow(
  db: Queryable,
  input: { readonly backfillId: string } & (
    { readonly ordinal: number } | { readonly at: string }
  ),
): Promise<BackfillRunRow | null> {
  const isIt =
    "ordinal" in input
      ? sql`r.ordinal = ${input.ordinal}`
      : sql`r.data_interval_start <= ${input.at} and r.data_interval_end > ${input.at}`;
  return readRow(
    db,
    sql<BackfillRunRow>`
      ${selectRun}
      where r.backfill_id = ${input.backfillId} and b.planned_at is not null and ${isIt}`,
  );
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
  return readRows(
    db,
    sql<AttemptRow>`
      select generation, attempt, worker, claim_token::double precision as token, began_at, ended_at, became, error
      from refill.run_attempt where run_id = ${runId}
      union all
      select
        1 + (
          select count(*) from refill.command c
          where c.backfill_id = r.backfill_id and c.kind = 'retry' and c.requested_at <= r.claimed_at
        )::integer,
        r.attempt, r.claimed_by, r.claim_token::double precision, r.claimed_at, r.finished_at, r.status, null
      from refill.run r
      where r.id = ${runId} and r.status in ('Running', 'Completed') and r.claimed_by is not null
      order by token`,
  );
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
  return readRow(
    db,
    sql<RunSetting>`
      select r.next_attempt_at, c.published, publisher.backfill_id as publisher,
        case when r.status in ('Running', 'Completed') then ${versionOfRun(sql`r`)} end as definition_version
      from refill.run r
      left join refill.backfill b on b.id = r.backfill_id
      left join refill.interval_claim c on ${claimIsOfRun}
      left join refill.run publisher on publisher.id = (c.published ->> 'run')::uuid
      where r.id = ${runId}`,
  );
}
