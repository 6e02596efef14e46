import type { BatchExportDefinition } from "../definition/definition.js";
import type { BackfillStatus } from "../domain/status.js";
import type { Queryable } from "./queryable.js";

export interface DefinitionVersion {
  readonly version: number;
  readonly definition: BatchExportDefinition;
}

/** The definitions that an export ever had, by version. */
export async function listDefinitions(
  db: Queryable,
  batchExportId: string,
): Promise<readonly DefinitionVersion[]> {
  const { rows } = await db.query<DefinitionVersion>(
    `select version, definition from refill.batch_export_definition where batch_export_id = $1 order by version`,
    [batchExportId],
  );
  return rows;
}

/** What coverage needs to know of a backfill. Timestamps are texts of Postgres, in UTC. */
export interface CoveragePlanRow {
  readonly id: string;
  readonly definition_version: number;
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
  const { rows } = await db.query<CoveragePlanRow>(
    `select id, definition_version, status, selection, within_ranges is not null as is_trimmed, start_at, range_end,
       planned_at, data_start_at, finished_at
     from refill.backfill
     where batch_export_id = $1
     order by planned_at nulls last, created_at, id`,
    [batchExportId],
  );
  return rows;
}

/** Consecutive intervals whose runs stand alike, as one range. */
export interface RunRangeRow {
  readonly backfill_id: string | null;
  /** Of live runs; null for those of a backfill, which pins it. */
  readonly definition_version: number | null;
  /** `none`: cancelled or terminated, which says nothing of the interval. */
  readonly state: "completed" | "open" | "failed" | "none";
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
  const filter = which === "all" ? "" : " and r.status <> 'Completed'";
  const { rows } = await db.query<RunRangeRow>(
    rangesOf(`r.backfill_id = any($1::uuid[])${filter}`),
    [backfillIds],
  );
  return rows;
}

/** The same for an export's live runs, which belong to no backfill. */
export async function listLiveRunRanges(
  db: Queryable,
  batchExportId: string,
): Promise<readonly RunRangeRow[]> {
  const { rows } = await db.query<RunRangeRow>(
    rangesOf("r.batch_export_id = $1 and r.backfill_id is null"),
    [batchExportId],
  );
  return rows;
}

function rangesOf(which: string): string {
  return `
    select merged.backfill_id, merged.definition_version, merged.state,
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
        range_agg(tstzrange(r.data_interval_start, r.data_interval_end)) as ranges
      from refill.run r
      where ${which}
      group by 1, 2, 3
    ) merged, unnest(merged.ranges) range`;
}

/** The intervals that runs of `current` completed, and runs of `others` after them. */
export async function listSupersededRanges(
  db: Queryable,
  backfills: {
    readonly current: readonly string[];
    readonly others: readonly string[];
  },
): Promise<readonly { readonly start_ms: number; readonly end_ms: number }[]> {
  const { rows } = await db.query<{
    readonly start_ms: number;
    readonly end_ms: number;
  }>(
    `select extract(epoch from lower(range))::double precision * 1000 as start_ms,
       extract(epoch from upper(range))::double precision * 1000 as end_ms
     from (
       select range_agg(tstzrange(data_interval_start, data_interval_end)) as ranges
       from (
         select data_interval_start, data_interval_end
         from refill.run
         where backfill_id = any($1::uuid[] || $2::uuid[]) and status = 'Completed'
         group by 1, 2
         having max(finished_at) filter (where backfill_id = any($2::uuid[]))
           > max(finished_at) filter (where backfill_id = any($1::uuid[]))
       ) later
     ) merged, unnest(merged.ranges) range`,
    [backfills.current, backfills.others],
  );
  return rows;
}
