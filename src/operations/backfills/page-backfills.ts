import type { BackfillObject } from "../../contract/objects/backfill.js";
import type { BackfillStatus } from "../../domain/backfills/status.js";
import {
  pageBackfillRows,
  type PageOrder,
} from "../../store/backfills/backfill-page.js";
import type { BackfillRow } from "../../store/backfills/backfill-row.js";
import type { OperationContext } from "../context.js";
import { readCursor, writeCursor } from "../page-cursor.js";
import { backfillObjectOf } from "./backfill-object.js";

/** A page of backfills, and the cursors of the pages beside it; null where there is none. */
export interface BackfillPage {
  readonly results: readonly BackfillObject[];
  readonly next: string | null;
  readonly previous: string | null;
}

export interface BackfillPageRequest {
  readonly batchExportId: string | null;
  readonly team: number | null;
  readonly status: BackfillStatus | null;
  readonly order: PageOrder;
  /** As an earlier page gave it; null: the first page. */
  readonly cursor: string | null;
  readonly limit: number;
}

/**
 * One page. Rows that come or go meanwhile make no page repeat or drop another: a cursor is a place in the order, not
 * a count.
 * @throws RefillError CURSOR_INVALID
 */
export async function pageBackfills(
  { pool }: Pick<OperationContext, "pool">,
  request: BackfillPageRequest,
): Promise<BackfillPage> {
  const cursor =
    request.cursor === null
      ? null
      : readCursor(request.cursor, nameOf(request.order));
  const isBackwards = cursor?.backwards === true;
  const order = isBackwards ? reversed(request.order) : request.order;
  const found = await pageBackfillRows(pool, {
    ...request,
    order,
    after: cursor === null ? null : { at: cursor.at, id: cursor.id },
    limit: request.limit + 1, // one more tells whether there is another page
  });
  const hasMore = found.length > request.limit;
  const taken = found.slice(0, request.limit);
  const rows = isBackwards ? [...taken].reverse() : taken;
  const hasNext = isBackwards ? rows.length > 0 : hasMore;
  const hasPrevious = isBackwards ? hasMore : cursor !== null;
  return {
    results: rows.map(backfillObjectOf),
    next: cursorAt(request.order, hasNext ? rows.at(-1) : undefined, false),
    previous: cursorAt(request.order, hasPrevious ? rows[0] : undefined, true),
  };
}

function reversed({ by, descending }: PageOrder): PageOrder {
  return { by, descending: !descending };
}

function cursorAt(
  order: PageOrder,
  row: BackfillRow | undefined,
  backwards: boolean,
): string | null {
  if (row === undefined) return null;
  const { id, [order.by]: at } = row;
  return writeCursor({ order: nameOf(order), backwards, at, id });
}

function nameOf({ by, descending }: PageOrder): string {
  return `${descending ? "-" : ""}${by}`;
}
