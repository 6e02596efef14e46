import type { BatchExportDefinition } from "../../definition/definition.js";
import type { BackfillStatus } from "../../domain/backfills/status.js";
import { versionOfRun } from "../backfills/pinned-versions.js";
import type { Queryable } from "../database/queryable.js";
import { readRows } from "../database/run-statement.js";
import { parameter, type Sql, sql } from "../database/sql.js";

export interface DefinitionVersion {
  readonly version: number;
  readonly definition: BatchExportDefinition;
}

/** The definitions that an export ever had, by version. */
export async function listDefinitions(
  db: Queryable,
  batchExportId: string,
): Promise<readonly DefinitionVersion[]> {
  return readRows(
    db,
    sql<DefinitionVersion>`
      select version, definition from refill.batch_export_definition
      where batch_export_id = ${batchExportId}
      order by version`,
  );
}

/** What coverage needs to know of a backfill. Timestamps are texts of Postgres, in UTC. */
export interface CoveragePlanRow {
  readonly id: string;
  /** The version that it was started with. */
  readonly first_version: number;
  /** Whether it took another one since: then each run tells of its own. */
  readonly is_repinned: boolean;
  readonly status: BackfillStatus;
  readonly selection: string;
  readonly is_trimmed: boolean;
  readonly start_at: string | null;
  readonly range_end: string;
  readonly planned_at: string | null;
  readonly data_start_at: string | null;
  readonly finished_at: string | null;
}

/** The backfills of an export, in the order of their plans, those without a plan last. */
export async function listCoveragePlans(
  db: Queryable,
  batchExportId: string,
): Promise<readonly CoveragePlanRow[]> {
  return readRows(
    db,
    sql<CoveragePlanRow>`
      select id, coalesce(repinned_from, definition_version) as first_version,
        repinned_from is not null as is_repinned, status, selection,
        within_ranges is not null as is_trimmed, start_at, range_end, planned_at, data_start_at, finished_at
      from refill.backfill
      where batch_export_id = ${batchExportId}
      order by planned_at nulls last, created_at, id`,
  );
}

/** Consecutive intervals whose runs stand alike, as one range. */
export interface RunRangeRow {
  readonly backfill_id: string | null;
  /** Null: the first one of its backfill. */
  readonly definition_version: number | null;
  /** `none`: cancelled or terminated, which says nothing of the interval. */
  readonly state: "completed" | "open" | "failed" | "none";
  /** When the first and the last of them closed; null: none has. */
  readonly first_finished_at: string | null;
  readonly last_finished_at: string | null;
  readonly start_ms: number;
  readonly end_ms: number;
}

/**
 * How the runs of some backfills stand, as merged ranges: range_agg merges a million within the server, in half the time
 * of window functions. `exceptions`: without the completed ones, which are nearly all, and what merging costs.
 */
export async function listRunRanges(
  db: Queryable,
  backfillIds: readonly string[],
  which: "all" | "exceptions",
): Promise<readonly RunRangeRow[]> {
  if (backfillIds.length === 0) return [];
  const filter = which === "all" ? sql`` : sql` and r.status <> 'Completed'`;
  return readRows(
    db,
    rangesOf(sql`r.backfill_id = any(${backfillIds}::uuid[])${filter}`),
  );
}

/** The same for an export's live runs, which belong to no backfill. */
export async function listLiveRunRanges(
  db: Queryable,
  batchExportId: string,
): Promise<readonly RunRangeRow[]> {
  return readRows(
    db,
    rangesOf(
      sql`r.batch_export_id = ${batchExportId} and r.backfill_id is null`,
    ),
  );
}

function rangesOf(which: Sql): Sql<RunRangeRow> {
  return sql<RunRangeRow>`
    select merged.backfill_id, merged.definition_version, merged.state, first_finished_at, last_finished_at,
      extract(epoch from lower(range))::double precision * 1000 as start_ms,
      extract(epoch from upper(range))::double precision * 1000 as end_ms
    from (
      select r.backfill_id, r.definition_version,
        case
          when r.status = 'Completed' then 'completed'
          when r.finished_at is null then 'open'
          when r.status in ('Cancelled', 'Terminated') then 'none'
          else 'failed'
        end as state,
        range_agg(tstzrange(r.data_interval_start, r.data_interval_end)) as ranges,
        min(r.finished_at) as first_finished_at, max(r.finished_at) as last_finished_at
      from refill.run r
      where ${which}
      group by 1, 2, 3
    ) merged, unnest(merged.ranges) range`;
}

/** A range, in milliseconds since the epoch. */
export interface RangeRow {
  readonly start_ms: number;
  readonly end_ms: number;
}

/**
 * The intervals that runs under some versions of the definition completed, and runs under others after them, among the
 * runs of some backfills and the export's live runs.
 */
export async function listSupersededRanges(
  db: Queryable,
  of: {
    readonly batchExportId: string;
    readonly backfills: readonly string[];
    readonly withLiveRuns: boolean;
    readonly currentVersions: readonly number[];
  },
): Promise<readonly RangeRow[]> {
  const current = sql`any(${parameter(of.currentVersions)}::integer[])`;
  return readRows(
    db,
    sql<RangeRow>`
      with written as (
        select r.data_interval_start, r.data_interval_end, r.finished_at,
          ${versionOfRun(sql`r`)} = ${current} as is_current
        from refill.run r
        join refill.backfill b on b.id = r.backfill_id
        where r.backfill_id = any(${of.backfills}::uuid[]) and r.status = 'Completed'
        union all
        select data_interval_start, data_interval_end, finished_at, definition_version = ${current}
        from refill.run
        where ${of.withLiveRuns} and batch_export_id = ${of.batchExportId} and backfill_id is null
          and status = 'Completed' and attempt > 0
      )
      select extract(epoch from lower(range))::double precision * 1000 as start_ms,
        extract(epoch from upper(range))::double precision * 1000 as end_ms
      from (
        select range_agg(tstzrange(data_interval_start, data_interval_end)) as ranges
        from (
          select data_interval_start, data_interval_end
          from written
          group by 1, 2
          having max(finished_at) filter (where not is_current) > max(finished_at) filter (where is_current)
        ) later
      ) merged, unnest(merged.ranges) range`,
  );
}
