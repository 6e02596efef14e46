import type { Queryable } from "../database/queryable.js";
import { readRows } from "../database/run-statement.js";
import { sql } from "../database/sql.js";
import {
  type BackfillFilter,
  type BackfillRow,
  type FlatRow,
  fromFlat,
  passes,
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
  created_at: sql`b.created_at`,
  start_at: sql`coalesce(b.start_at, '-infinity'::timestamptz)`,
} as const;

/** The rows after a position in an order, at most `limit`. A null position: from the beginning. */
export async function pageBackfillRows(
  db: Queryable,
  page: BackfillFilter & {
    readonly order: PageOrder;
    readonly after: PagePosition | null;
    readonly limit: number;
  },
): Promise<readonly BackfillRow[]> {
  const { order, after } = page;
  const key = keyOf[order.by];
  const [comparison, direction] = order.descending
    ? [sql`<`, sql`desc`]
    : [sql`>`, sql`asc`];
  const isAfter =
    after === null
      ? sql`true`
      : sql`(${key}, b.id) ${comparison} (coalesce(${after.at}::timestamptz, '-infinity'), ${after.id}::uuid)`;
  const rows = await readRows(
    db,
    sql<FlatRow>`
      ${selectBackfill}
      where ${passes(page)} and ${isAfter}
      order by ${key} ${direction}, b.id ${direction}
      limit ${page.limit}`,
  );
  return rows.map(fromFlat);
}
