import type { BackfillStatus } from "../../domain/backfills/status.js";
import type { Queryable } from "../database/queryable.js";
import {
  type BackfillRow,
  type FlatRow,
  fromFlat,
  selectBackfill,
} from "./backfill-row.js";

/** What a page is ordered by. A null start counts as earlier than any. Equal ones follow in the order of their ids. */
export interface PageOrder {
  readonly by: "created_at" | "start_at";
  readonly descending: boolean;
}

/** A place in the order, between two rows. */
export interface PagePosition {
  /** As Postgres writes it, to the microsecond; null for a start that is null. */
  readonly at: string | null;
  readonly id: string;
}

const keyOf = {
  created_at: "b.created_at",
  start_at: "coalesce(b.start_at, '-infinity'::timestamptz)",
} as const;

/** The rows after a position in an order, at most `limit`. A null position: from the beginning. */
export async function pageBackfillRows(
  db: Queryable,
  page: {
    readonly batchExportId: string | null;
    readonly team: number | null;
    readonly status: BackfillStatus | null;
    readonly order: PageOrder;
    readonly after: PagePosition | null;
    readonly limit: number;
  },
): Promise<readonly BackfillRow[]> {
  const { order, after } = page;
  const key = keyOf[order.by];
  const [comparison, direction] = order.descending
    ? ["<", "desc"]
    : [">", "asc"];
  const { rows } = await db.query<FlatRow>(
    `${selectBackfill}
     where ($1::uuid is null or b.batch_export_id = $1)
       and ($2::integer is null or b.team = $2)
       and ($3::text is null or b.status = $3)
       and ($4::uuid is null or (${key}, b.id) ${comparison} (coalesce($5::timestamptz, '-infinity'), $4::uuid))
     order by ${key} ${direction}, b.id ${direction}
     limit $6`,
    [
      page.batchExportId,
      page.team,
      page.status,
      after?.id ?? null,
      after?.at ?? null,
      page.limit,
    ],
  );
  return rows.map(fromFlat);
}
