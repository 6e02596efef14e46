import { formatInstant } from "../domain/instant.js";
import type { Selection } from "../domain/selection.js";
import type { Queryable } from "./queryable.js";

export interface NewBackfill {
  readonly id: string;
  readonly team: number;
  readonly batchExportId: string;
  readonly definitionVersion: number;
  /** RFC 3339; null: as in the contract. */
  readonly startAt: string | null;
  readonly endAt: string | null;
  readonly rangeEnd: string;
  readonly order: "oldest" | "newest";
  readonly concurrency: number;
  readonly stopAfter: number;
  /** It pauses for failures only while at least so many runs are open. */
  readonly pauseFrom: number;
  readonly timeLimitMs: number | null;
  readonly note: string | null;
  readonly requestedBy: string;
  readonly temporalNamespace: string;
  readonly temporalClusterId: string;
  readonly approvedDigest: string | null;
  readonly selection: Selection;
}

/** An open backfill whose range overlaps another's. A null start: from the earliest data. */
export interface OpenRange {
  readonly id: string;
  readonly status: string;
  readonly start_at: string | null;
  readonly range_end: string;
}

/** Makes starts of one team, and so of one export, wait for each other until the transaction ends. */
export async function lockTeamStarts(
  db: Queryable,
  team: number,
): Promise<void> {
  await db.query("select pg_advisory_xact_lock(hashtext('refill.start'), $1)", [
    team,
  ]);
}

export async function countOpenBackfills(
  db: Queryable,
  team: number,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::integer as count from refill.backfill where team = $1 and open_id is not null`,
    [team],
  );
  return rows[0]?.count ?? 0;
}

/** The open backfills of an export that share time with `[start, end)`, in the order of their ranges. */
export async function findOverlaps(
  db: Queryable,
  input: {
    readonly batchExportId: string;
    readonly startAt: string | null;
    readonly rangeEnd: string;
  },
): Promise<readonly OpenRange[]> {
  const { rows } = await db.query<OpenRange>(
    `select id, status, start_at, range_end from refill.backfill
     where batch_export_id = $1 and open_id is not null
       and coalesce(start_at, '-infinity') < $3 and range_end > coalesce($2, '-infinity'::timestamptz)
     order by coalesce(start_at, '-infinity'), range_end`,
    [input.batchExportId, input.startAt, input.rangeEnd],
  );
  return rows;
}

export async function insertBackfill(
  db: Queryable,
  backfill: NewBackfill,
): Promise<void> {
  await db.query(
    `insert into refill.backfill (
       id, team, batch_export_id, definition_version, start_at, end_at, range_end, run_order, concurrency,
       time_limit_ms, note, requested_by, temporal_namespace, temporal_cluster_id, approved_digest, selection,
       selected_ranges, stop_after, pause_from
     ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
    [
      backfill.id,
      backfill.team,
      backfill.batchExportId,
      backfill.definitionVersion,
      backfill.startAt,
      backfill.endAt,
      backfill.rangeEnd,
      backfill.order,
      backfill.concurrency,
      backfill.timeLimitMs,
      backfill.note,
      backfill.requestedBy,
      backfill.temporalNamespace,
      backfill.temporalClusterId,
      backfill.approvedDigest,
      backfill.selection.kind,
      multirangeOf(backfill.selection),
      backfill.stopAfter,
      backfill.pauseFrom,
    ],
  );
}

/** Ranges as Postgres reads them: `{[2001-03-01T00:00:00Z,2001-03-02T00:00:00Z)}`. */
function multirangeOf(selection: Selection): string | null {
  if (selection.kind !== "ranges") return null;
  const ranges = selection.ranges.map(
    ({ startMs, endMs }) =>
      `[${formatInstant(startMs)},${formatInstant(endMs)})`,
  );
  return `{${ranges.join(",")}}`;
}
