import type { RunStatus } from "../../domain/backfills/status.js";
import type { Queryable } from "../database/queryable.js";
import { readRows } from "../database/run-statement.js";
import { matches, sql } from "../database/sql.js";
import { runColumns, type RunRow } from "./run-rows.js";

/** A place in the order of an export's runs: by the start of their interval, equal ones by their id. */
export interface RunPosition {
  /** As Postgres writes it. */
  readonly start: string;
  readonly id: string;
}

/** An export's planned runs, of all its backfills and its schedule, after a position in an order, at most `limit`. */
export async function pageRunRows(
  db: Queryable,
  page: {
    readonly batchExportId: string;
    /** Null: of all its backfills too. */
    readonly scheduleId: string | null;
    readonly status: RunStatus | null;
    /** RFC 3339; the interval begins in `[from, to)`. Null: no limit. */
    readonly from: string | null;
    readonly to: string | null;
    readonly descending: boolean;
    readonly after: RunPosition | null;
    readonly limit: number;
  },
): Promise<readonly RunRow[]> {
  const [comparison, direction] = page.descending
    ? [sql`<`, sql`desc`]
    : [sql`>`, sql`asc`];
  const { from, to, after } = page;
  return readRows(
    db,
    sql<RunRow>`
      select e.team, ${runColumns}
      from refill.run r
      join refill.batch_export e on e.id = r.batch_export_id
      left join refill.backfill b on b.id = r.backfill_id
      where r.batch_export_id = ${page.batchExportId} and (r.backfill_id is null or b.planned_at is not null)
        and ${matches(sql`r.status`, page.status)}
        and ${matches(sql`r.schedule_id`, page.scheduleId)}
        and ${from === null ? sql`true` : sql`r.data_interval_start >= ${from}`}
        and ${to === null ? sql`true` : sql`r.data_interval_start < ${to}`}
        and ${
          after === null
            ? sql`true`
            : sql`(r.data_interval_start, r.id) ${comparison} (${after.start}::timestamptz, ${after.id}::uuid)`
        }
      order by r.data_interval_start ${direction}, r.id ${direction}
      limit ${page.limit}`,
  );
}
