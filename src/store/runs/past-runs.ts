import type { Queryable } from "../database/queryable.js";
import { readRow } from "../database/run-statement.js";
import { sql } from "../database/sql.js";

/** How long the export's latest runs took: a part for each run and a part for each record. */
export interface PastRuns {
  readonly secondsPerRun: number;
  readonly secondsPerRecord: number;
}

interface MeasuredRow {
  readonly runs: number;
  readonly mean: number | null;
  readonly slope: number | null;
  readonly intercept: number | null;
}

/** Measured over the 1,000 latest exported runs; null when the export has none. */
export async function measurePastRuns(
  db: Queryable,
  batchExportId: string,
): Promise<PastRuns | null> {
  // A least-squares line through (records, seconds); where all runs are alike it has no slope, and the mean stands.
  const row = await readRow(
    db,
    sql<MeasuredRow>`
      select count(*)::integer as runs, avg(seconds)::double precision as mean,
        regr_slope(seconds, records) as slope, regr_intercept(seconds, records) as intercept
      from (
        select extract(epoch from r.finished_at - r.started_at)::double precision as seconds,
          r.records_completed::double precision as records
        from refill.run r
        where r.batch_export_id = ${batchExportId} and r.status = 'Completed' and r.attempt = 1
        order by r.data_interval_start desc
        limit 1000
      ) latest`,
  );
  if (row?.mean == null) return null;
  const { slope, intercept, mean } = row;
  return slope === null || intercept === null || slope < 0 || intercept < 0
    ? { secondsPerRun: mean, secondsPerRecord: 0 }
    : { secondsPerRun: intercept, secondsPerRecord: slope };
}
