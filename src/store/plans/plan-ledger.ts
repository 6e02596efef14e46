import type { Fence } from "../../contract/activities.js";
import type { BatchExportDefinition } from "../../definition/definition.js";
import type { Overlap } from "../../domain/plans/overlap.js";
import type { Selection } from "../../domain/plans/selection.js";
import type { StoredColumn } from "../backfills/backfill-row.js";
import { type RangePairs, rangePairs } from "../database/multirange.js";
import type { Queryable } from "../database/queryable.js";
import {
  affectsOne,
  execute,
  readRow,
  readRows,
} from "../database/run-statement.js";
import { json, sql } from "../database/sql.js";

/** What a planning attempt works from. The attempt fences its writes: a later attempt shuts out an earlier one. */
export interface PlanTask {
  readonly attempt: number;
  readonly batch_export_id: string;
  readonly definition: BatchExportDefinition;
  readonly start_at: string | null;
  readonly range_end: string;
  readonly run_order: "oldest" | "newest";
  readonly approved_digest: string | null;
  readonly selection: Selection["kind"];
  /** Null unless ranges are selected. */
  readonly selected_ranges: RangePairs | null;
  readonly overlap: Overlap;
  /** What of its range it is trimmed to; null: all of it. */
  readonly within_ranges: RangePairs | null;
}

/** Takes the next planning attempt of a running backfill without a plan; null when there is nothing to plan. */
export async function beginPlanAttempt(
  db: Queryable,
  fence: Fence,
): Promise<PlanTask | null> {
  return readRow(
    db,
    sql<PlanTask>`
      with begun as (
        update refill.backfill set plan_attempt = plan_attempt + 1, last_updated_at = now()
        where id = ${fence.backfillId} and generation = ${fence.generation}
          and open_id is not null and planned_at is null
        returning *
      )
      select begun.plan_attempt as attempt, begun.batch_export_id, d.definition, begun.start_at, begun.range_end,
             begun.run_order, begun.approved_digest, begun.selection, begun.overlap,
             ${rangePairs(sql`begun.selected_ranges`)} as selected_ranges,
             ${rangePairs(sql`begun.within_ranges`)} as within_ranges
      from begun
      join refill.batch_export_definition d
        on d.batch_export_id = begun.batch_export_id and d.version = begun.definition_version`,
  );
}

/** Removes what an earlier planning attempt left. None of it was visible. */
export async function deleteUnplannedRuns(
  db: Queryable,
  backfillId: string,
): Promise<void> {
  await execute(
    db,
    sql`delete from refill.run where backfill_id = ${backfillId}`,
  );
}

/** Locks the plan for one chunk of writing; false when a later attempt, or the end of the backfill, has taken it away. */
export async function holdPlanAttempt(
  db: Queryable,
  input: Fence & { readonly attempt: number },
): Promise<boolean> {
  return affectsOne(
    db,
    sql`
      select 1 from refill.backfill
      where id = ${input.backfillId} and generation = ${input.generation}
        and plan_attempt = ${input.attempt} and open_id is not null and planned_at is null
      for no key update`,
  );
}

/** Makes the plan valid: from here on its runs are visible. */
export async function completePlan(
  db: Queryable,
  input: {
    readonly backfillId: string;
    readonly digest: string;
    readonly timeZoneVersion: string;
    readonly adjustedStartAt: string | null;
    /** Where the data begins in the range; null: there is none. */
    readonly dataStartAt: string | null;
    readonly totalRuns: number;
    readonly estimatedRecords: bigint | null;
    readonly warnings: readonly string[];
    /** What every run is going to export. */
    readonly sourceColumns: readonly StoredColumn[];
  },
): Promise<void> {
  await execute(
    db,
    sql`
      update refill.backfill
      set planned_at = now(), last_updated_at = now(), plan_digest = ${input.digest},
          time_zone_version = ${input.timeZoneVersion}, adjusted_start_at = ${input.adjustedStartAt},
          total_runs = ${input.totalRuns}, estimated_records = ${input.estimatedRecords},
          warnings = ${json(input.warnings)}, data_start_at = ${input.dataStartAt},
          source_columns = ${json(input.sourceColumns)}
      where id = ${input.backfillId}`,
  );
}

/**
 * The starts of an export's intervals that have something at the destination, or may have since a claim died, ascending:
 * empty or not, they must be looked at.
 */
export async function listPublishedStarts(
  db: Queryable,
  input: {
    readonly batchExportId: string;
    readonly start: string;
    readonly end: string;
  },
): Promise<readonly number[]> {
  const rows = await readRows(
    db,
    sql<{ start_ms: string }>`
      select (extract(epoch from data_interval_start) * 1000)::bigint::text as start_ms
      from refill.interval_claim
      where batch_export_id = ${input.batchExportId}
        and data_interval_start >= ${input.start} and data_interval_start < ${input.end}
        and (jsonb_array_length(published -> 'keys') > 0 or staged <> '[]')
      order by data_interval_start`,
  );
  return rows.map((row) => Number(row.start_ms));
}
