import type { RunObject } from "../../contract/objects/run.js";
import { specOf } from "../../definition/interval-spec.js";
import type { RunStatus } from "../../domain/backfills/status.js";
import { RefillError } from "../../domain/errors.js";
import { boundaryAt, dateIndex } from "../../domain/time/boundary.js";
import { formatInstant, parseTimestamp } from "../../domain/time/instant.js";
import type { BatchExportRow } from "../../store/exports/export-rows.js";
import { pageRunRows } from "../../store/runs/run-page.js";
import type { RunRow } from "../../store/runs/run-rows.js";
import type { OperationContext } from "../context.js";
import {
  type ExportReference,
  resolveExport,
} from "../exports/resolve-export.js";
import { readCursor, writeCursor } from "../page-cursor.js";
import { runObjectOf } from "./run-object.js";

export interface RunPageRequest extends ExportReference {
  /** Live runs of this schedule alone; null: all of the export's. */
  readonly scheduleId: string | null;
  readonly status: RunStatus | null;
  /** Runs whose interval begins in `[start, end)`: RFC 3339, or a bare date of the export's zone. Null: no limit. */
  readonly start: string | null;
  readonly end: string | null;
  readonly descending: boolean;
  /** As an earlier page gave it; null: the first page. */
  readonly cursor: string | null;
  readonly limit: number;
}

/** A page of runs, and the cursors of the pages beside it; null where there is none. */
export interface RunPage {
  readonly results: readonly RunObject[];
  readonly next: string | null;
  readonly previous: string | null;
}

/**
 * One page of an export's runs, of all its backfills and its schedule, by interval. Runs that come meanwhile make no page repeat or drop
 * another.
 * @throws RefillError EXPORT_*, CURSOR_INVALID, TIMESTAMP_NAIVE, TIMESTAMP_INVALID
 */
export async function pageRuns(
  context: OperationContext,
  request: RunPageRequest,
): Promise<RunPage> {
  const row = await resolveExport(context, request);
  const { descending, limit } = request;
  const order = `${descending ? "-" : ""}data_interval_start`;
  const cursor =
    request.cursor === null ? null : readCursor(request.cursor, order);
  const isBackwards = cursor?.backwards === true;
  const found = await pageRunRows(context.pool, {
    batchExportId: row.id,
    scheduleId: request.scheduleId,
    status: request.status,
    from: instantOrNull(row, request.start),
    to: instantOrNull(row, request.end),
    descending: descending !== isBackwards,
    after: positionOf(cursor),
    limit: limit + 1, // one more tells whether there is another page
  });
  const hasMore = found.length > limit;
  const taken = found.slice(0, limit);
  const rows = isBackwards ? [...taken].reverse() : taken;
  const hasNext = isBackwards ? rows.length > 0 : hasMore;
  const hasPrevious = isBackwards ? hasMore : cursor !== null;
  return {
    results: rows.map(runObjectOf),
    next: cursorAt(order, hasNext ? rows.at(-1) : undefined, false),
    previous: cursorAt(order, hasPrevious ? rows[0] : undefined, true),
  };
}

function positionOf(cursor: ReturnType<typeof readCursor> | null) {
  const at = cursor?.at ?? null;
  return cursor === null || at === null ? null : { start: at, id: cursor.id };
}

function cursorAt(
  order: string,
  row: RunRow | undefined,
  backwards: boolean,
): string | null {
  if (row === undefined) return null;
  const { data_interval_start: at, id } = row;
  return writeCursor({ order, backwards, at, id });
}

function instantOrNull(
  row: BatchExportRow,
  text: string | null,
): string | null {
  if (text === null) return null;
  const parsed = parseTimestamp(text);
  if (parsed.kind === "instant") return formatInstant(parsed.instantMs);
  if (parsed.kind === "date") {
    const spec = specOf(row.definition);
    return formatInstant(boundaryAt(spec, dateIndex(spec, parsed.date)));
  }
  throw new RefillError(
    parsed.kind === "naive" ? "TIMESTAMP_NAIVE" : "TIMESTAMP_INVALID",
    `Expected a time with its offset such as 2001-03-01T05:00:00Z, or a date; got ${text}.`,
  );
}
