import type { RunStatus } from "../../domain/backfills/status.js";
import type { Queryable } from "../database/queryable.js";
import { readRows } from "../database/run-statement.js";
import { sql } from "../database/sql.js";

/** The runs of one status in one cell of a calendar. */
export interface CalendarRow {
  /** From 0; holds `runsPerCell` runs in the order of export. */
  readonly cell: number;
  readonly status: RunStatus;
  readonly runs: number;
  readonly records: bigint;
  /** Of the earliest interval among them. */
  readonly start: string;
}

/** Runs `[from, to)` of a planned backfill, gathered by cell and status, in the order of cells. */
export async function gatherRuns(
  db: Queryable,
  of: {
    readonly backfillId: string;
    readonly from: number;
    readonly to: number;
    readonly runsPerCell: number;
  },
): Promise<readonly CalendarRow[]> {
  return readRows(
    db,
    sql<CalendarRow>`
      select (r.ordinal - ${of.from}) / ${of.runsPerCell} as cell, r.status, count(*)::integer as runs,
        coalesce(sum(r.records_completed), 0)::bigint as records, min(r.data_interval_start) as start
      from refill.run r
      where r.backfill_id = ${of.backfillId} and r.ordinal >= ${of.from}::integer and r.ordinal < ${of.to}::integer
      group by 1, 2
      order by 1`,
  );
}
