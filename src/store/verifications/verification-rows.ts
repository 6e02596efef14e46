import type { ErrorObject } from "../../contract/objects/error.js";
import type { FileObject } from "../../contract/objects/run.js";
import type { Finding } from "../../contract/objects/verification.js";
import type { VerificationStatus } from "../../domain/verifications/verification-status.js";
import { versionOfRun } from "../backfills/pinned-versions.js";
import type { Queryable } from "../database/queryable.js";
import {
  affectsOne,
  execute,
  readRow,
  readRows,
} from "../database/run-statement.js";
import { json, sql } from "../database/sql.js";

/** A verification as stored. Timestamps are texts of Postgres, in UTC. */
export interface VerificationRow {
  readonly id: string;
  readonly backfill_id: string;
  readonly deep: boolean;
  readonly status: VerificationStatus;
  readonly total_runs: number;
  readonly checked_through: number;
  readonly checked_runs: number;
  readonly superseded_runs: number;
  readonly differing_runs: number;
  readonly findings: number;
  readonly failure: ErrorObject | null;
  readonly created_at: string;
  readonly finished_at: string | null;
}

const columns = sql`id, backfill_id, deep, status, total_runs, checked_through, checked_runs, superseded_runs,
  differing_runs, findings, failure, created_at, finished_at`;

/** Inserts a verification; false when the backfill has an open one already. */
export async function insertVerification(
  db: Queryable,
  input: {
    readonly id: string;
    readonly backfillId: string;
    readonly deep: boolean;
    readonly requestedBy: string;
  },
): Promise<boolean> {
  return affectsOne(
    db,
    sql`
      insert into refill.verification (id, backfill_id, deep, requested_by, total_runs)
      select ${input.id}, ${input.backfillId}, ${input.deep}, ${input.requestedBy},
        coalesce(sum(t.completed), 0)
      from refill.run_tally t
      join refill.backfill b on b.id = t.backfill_id and b.planned_at is not null
      where t.backfill_id = ${input.backfillId}
      on conflict (backfill_id) where finished_at is null do nothing`,
  );
}

export async function findVerification(
  db: Queryable,
  id: string,
): Promise<VerificationRow | null> {
  return readRow(
    db,
    sql<VerificationRow>`
      select ${columns} from refill.verification where id = ${id}`,
  );
}

export async function findOpenVerification(
  db: Queryable,
  backfillId: string,
): Promise<VerificationRow | null> {
  return readRow(
    db,
    sql<VerificationRow>`
      select ${columns} from refill.verification
      where backfill_id = ${backfillId} and finished_at is null`,
  );
}

/** A completed run, and all that it recorded. */
export interface RunToVerify {
  readonly ordinal: number;
  readonly start_ms: number;
  readonly end_ms: number;
  readonly records: number;
  readonly files: readonly FileObject[];
  /** The version of the definition that it was exported under. */
  readonly definition_version: number;
  /** A later run, of any backfill, completed the same interval. */
  readonly is_superseded: boolean;
}

/** The completed runs of a backfill after an ordinal, in the order of export. */
export async function listRunsToVerify(
  db: Queryable,
  page: {
    readonly backfillId: string;
    readonly after: number;
    readonly limit: number;
  },
): Promise<readonly RunToVerify[]> {
  return readRows(
    db,
    sql<RunToVerify>`
      select r.ordinal, extract(epoch from r.data_interval_start)::double precision * 1000 as start_ms,
        extract(epoch from r.data_interval_end)::double precision * 1000 as end_ms,
        r.records_completed::double precision as records, r.files,
        ${versionOfRun(sql`r`)} as definition_version,
        exists (
          select from refill.run later
          where later.batch_export_id = r.batch_export_id and later.data_interval_start = r.data_interval_start
            and later.data_interval_end = r.data_interval_end and later.status = 'Completed'
            and later.finished_at > r.finished_at
            and (later.backfill_id is not null or later.attempt > 0) -- a live run that was skipped wrote nothing
        ) as is_superseded
      from refill.run r
      join refill.backfill b on b.id = r.backfill_id and b.planned_at is not null
      where r.backfill_id = ${page.backfillId} and r.ordinal > ${page.after} and r.status = 'Completed'
      order by r.ordinal
      limit ${page.limit}`,
  );
}

/** Moves a verification on. False, and nothing written, when it is closed or another worker has moved it. */
export async function advanceVerification(
  db: Queryable,
  step: {
    readonly id: string;
    readonly from: number;
    readonly through: number;
    readonly checked: number;
    readonly superseded: number;
    readonly differing: number;
    readonly findings: number;
  },
): Promise<boolean> {
  return affectsOne(
    db,
    sql`
      update refill.verification
      set checked_through = ${step.through}, checked_runs = checked_runs + ${step.checked},
        superseded_runs = superseded_runs + ${step.superseded},
        differing_runs = differing_runs + ${step.differing}, findings = findings + ${step.findings}
      where id = ${step.id} and checked_through = ${step.from} and finished_at is null`,
  );
}

/** Closes a verification; false when it is closed already. */
export async function closeVerification(
  db: Queryable,
  input: {
    readonly id: string;
    readonly status: Exclude<VerificationStatus, "Running">;
    readonly failure: ErrorObject | null;
  },
): Promise<boolean> {
  return affectsOne(
    db,
    sql`
      update refill.verification
      set status = ${input.status}, failure = ${json(input.failure)}, finished_at = now()
      where id = ${input.id} and finished_at is null`,
  );
}

/** The findings of one run, numbered as they come. */
export interface RunFindings {
  readonly ordinal: number;
  readonly findings: readonly Finding[];
}

export async function insertFindings(
  db: Queryable,
  verificationId: string,
  runs: readonly RunFindings[],
): Promise<void> {
  const rows = runs.flatMap(({ ordinal, findings }) =>
    findings.map((finding, number) => ({ ordinal, number, ...finding })),
  );
  if (rows.length === 0) return;
  await execute(
    db,
    sql`
      insert into refill.finding (verification_id, ordinal, number, kind, key, expected, actual)
      select ${verificationId}, f.ordinal, f.number, f.kind, f.key,
        nullif(f.expected, 'null'), nullif(f.actual, 'null')
      from jsonb_to_recordset(${json(rows)}) f (
        ordinal integer, number integer, kind text, key text, expected jsonb, actual jsonb
      )`,
  );
}

/** A finding as stored, with the interval of its run. */
export interface FindingRow extends Finding {
  readonly ordinal: number;
  readonly number: number;
  readonly data_interval_start: string;
  readonly data_interval_end: string;
}

/** A page of findings, by run, after one that was seen. */
export async function listFindingRows(
  db: Queryable,
  page: {
    readonly verificationId: string;
    readonly after: { readonly ordinal: number; readonly number: number };
    readonly limit: number;
  },
): Promise<readonly FindingRow[]> {
  return readRows(
    db,
    sql<FindingRow>`
      select f.ordinal, f.number, f.kind, f.key, f.expected, f.actual,
        r.data_interval_start, r.data_interval_end
      from refill.finding f
      join refill.verification v on v.id = f.verification_id
      join refill.run r on r.backfill_id = v.backfill_id and r.ordinal = f.ordinal
      where f.verification_id = ${page.verificationId}
        and (f.ordinal, f.number) > (${page.after.ordinal}, ${page.after.number})
      order by f.ordinal, f.number
      limit ${page.limit}`,
  );
}

/** The intervals that exporting again would mend, merged. An object that no run recorded is not mended so. */
export async function listRepairRanges(
  db: Queryable,
  verificationId: string,
): Promise<readonly { readonly startMs: number; readonly endMs: number }[]> {
  const rows = await readRows(
    db,
    sql<{ start_ms: number; end_ms: number }>`
      select extract(epoch from lower(range))::double precision * 1000 as start_ms,
        extract(epoch from upper(range))::double precision * 1000 as end_ms
      from (
        select range_agg(tstzrange(r.data_interval_start, r.data_interval_end)) as ranges
        from refill.finding f
        join refill.verification v on v.id = f.verification_id
        join refill.run r on r.backfill_id = v.backfill_id and r.ordinal = f.ordinal
        where f.verification_id = ${verificationId} and f.kind <> 'extra'
      ) merged, unnest(merged.ranges) range
      order by 1`,
  );
  return rows.map(({ start_ms, end_ms }) => ({
    startMs: start_ms,
    endMs: end_ms,
  }));
}
