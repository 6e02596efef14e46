import type { BackfillStatus } from "../../domain/backfills/status.js";
import type { Queryable } from "../database/queryable.js";
import { readRows } from "../database/run-statement.js";
import { identifier, list, matches, sql } from "../database/sql.js";

/** How many backfills a team has in a status. */
export interface BackfillCount {
  readonly team: number;
  readonly status: BackfillStatus;
  readonly backfills: number;
}

/** Backfills by team and status, of one team or, for null, of all. */
export async function countBackfills(
  db: Queryable,
  team: number | null,
): Promise<readonly BackfillCount[]> {
  return readRows(
    db,
    sql<BackfillCount>`
      select team, status, count(*)::double precision as backfills
      from refill.backfill
      where ${matches(sql`team`, team)}
      group by team, status
      order by team, status`,
  );
}

/** How many planned runs a team has in each status. */
export interface RunCounts {
  readonly team: number;
  readonly starting: number;
  readonly running: number;
  readonly completed: number;
  readonly failed: number;
  readonly failed_retryable: number;
  readonly timed_out: number;
  readonly cancelled: number;
  readonly terminated: number;
}

/** Runs by team and status, from the tallies: no run is looked at. */
export async function countRunsByStatus(
  db: Queryable,
  team: number | null,
): Promise<readonly RunCounts[]> {
  const statuses = [
    "starting",
    "running",
    "completed",
    "failed",
    "failed_retryable",
    "timed_out",
    "cancelled",
    "terminated",
  ].map(identifier);
  const sums = statuses.map(
    (status) =>
      sql`coalesce(sum(t.${status}), 0)::double precision as ${status}`,
  );
  return readRows(
    db,
    sql<RunCounts>`
      select b.team, ${list(sums)}
      from refill.backfill b
      join refill.run_tally t on t.backfill_id = b.id
      where b.planned_at is not null and ${matches(sql`b.team`, team)}
      group by b.team
      order by b.team`,
  );
}
