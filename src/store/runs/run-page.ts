import type { RunStatus } from "../../domain/backfills/status.js";
import type { Queryable } from "../database/queryable.js";
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
    ? ["<", "desc"]
    : [">", "asc"];
  const { rows } = await db.query<RunRow>(
    `select e.team, ${runColumns}
     from refill.run r
     join refill.batch_export e on e.id = r.batch_export_id
     left join refill.backfill b on b.id = r.backfill_id
     where r.batch_export_id = $1 and (r.backfill_id is null or b.planned_at is not null)
       and ($2::text is null or r.status = $2)
       and ($3::timestamptz is null or r.data_interval_start >= $3)
       and ($4::timestamptz is null or r.data_interval_start < $4)
       and ($7::uuid is null or r.schedule_id = $7)
       and ($6::uuid is null or (r.data_interval_start, r.id) ${comparison} ($5::timestamptz, $6::uuid))
     order by r.data_interval_start ${direction}, r.id ${direction}
     limit $8`,
    [
      page.batchExportId,
      page.status,
      page.from,
      page.to,
      page.after?.start ?? null,
      page.after?.id ?? null,
      page.scheduleId,
      page.limit,
    ],
  );
  return rows;
}
