import type { OpenEndedRange } from "../../domain/coverage/free-ranges.js";
import type { Overlap } from "../../domain/plans/overlap.js";
import type { Selection } from "../../domain/plans/selection.js";
import {
  multirangeText,
  type RangePairs,
  rangePairs,
} from "../database/multirange.js";
import type { Queryable } from "../database/queryable.js";
import { execute, readRow, readRows } from "../database/run-statement.js";
import { sql } from "../database/sql.js";

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
  readonly overlap: Overlap;
  /** What of its range it is trimmed to; null: all of it. */
  readonly within: readonly OpenEndedRange[] | null;
}

/** An open backfill whose range overlaps another's. A null start: from the earliest data. */
export interface OpenRange {
  readonly id: string;
  readonly status: string;
  readonly start_at: string | null;
  readonly range_end: string;
  /** The time that it holds. */
  readonly reach: RangePairs;
}

/** Makes starts of one team, and so of one export, wait for each other until the transaction ends. */
export async function lockTeamStarts(
  db: Queryable,
  team: number,
): Promise<void> {
  await execute(
    db,
    sql`select pg_advisory_xact_lock(hashtext('refill.start'), ${team})`,
  );
}

export async function countOpenBackfills(
  db: Queryable,
  team: number,
): Promise<number> {
  const row = await readRow(
    db,
    sql<{ count: number }>`
      select count(*)::integer as count from refill.backfill
      where team = ${team} and open_id is not null`,
  );
  return row?.count ?? 0;
}

/** The open backfills of an export that share time with some ranges, in the order of theirs. */
export async function findOverlaps(
  db: Queryable,
  input: {
    readonly batchExportId: string;
    readonly reach: readonly OpenEndedRange[];
  },
): Promise<readonly OpenRange[]> {
  return readRows(
    db,
    sql<OpenRange>`
      select id, status, start_at, range_end, ${rangePairs(sql`reach`)} as reach from refill.backfill
      where batch_export_id = ${input.batchExportId} and open_id is not null
        and reach && ${multirangeText(input.reach)}::tstzmultirange
      order by coalesce(start_at, '-infinity'), range_end`,
  );
}

/** The open backfills that a queued one waits for: they were opened before it and hold some of its time. Oldest first. */
export async function listBefore(
  db: Queryable,
  backfillId: string,
): Promise<readonly string[]> {
  const rows = await readRows(
    db,
    sql<{ id: string }>`
      select other.id
      from refill.backfill b
      join refill.backfill other on other.batch_export_id = b.batch_export_id
        and other.open_id is not null and other.place < b.place and other.reach && b.reach
      where b.id = ${backfillId}
      order by other.place`,
  );
  return rows.map(({ id }) => id);
}

/** The open backfills that may have waited for one that has closed. */
export async function listQueuedBehind(
  db: Queryable,
  closedId: string,
): Promise<readonly { readonly id: string; readonly generation: number }[]> {
  return readRows(
    db,
    sql<{ id: string; generation: number }>`
      select behind.id, behind.generation
      from refill.backfill b
      join refill.backfill behind on behind.batch_export_id = b.batch_export_id
        and behind.open_id is not null and behind.overlap = 'queue' and behind.status = 'Starting'
        and behind.place > b.place and behind.reach && b.reach
      where b.id = ${closedId}
      order by behind.place`,
  );
}

export async function insertBackfill(
  db: Queryable,
  backfill: NewBackfill,
): Promise<void> {
  const { selection, within } = backfill;
  const selected =
    selection.kind === "ranges" ? multirangeText(selection.ranges) : null;
  const trimmed = within === null ? null : multirangeText(within);
  await execute(
    db,
    sql`
      insert into refill.backfill (
        id, team, batch_export_id, definition_version, start_at, end_at, range_end, run_order, concurrency,
        time_limit_ms, note, requested_by, temporal_namespace, temporal_cluster_id, approved_digest, selection,
        selected_ranges, stop_after, pause_from, overlap, within_ranges, place
      ) values (
        ${backfill.id}, ${backfill.team}, ${backfill.batchExportId}, ${backfill.definitionVersion},
        ${backfill.startAt}, ${backfill.endAt}, ${backfill.rangeEnd}, ${backfill.order}, ${backfill.concurrency},
        ${backfill.timeLimitMs}, ${backfill.note}, ${backfill.requestedBy}, ${backfill.temporalNamespace},
        ${backfill.temporalClusterId}, ${backfill.approvedDigest}, ${selection.kind}, ${selected},
        ${backfill.stopAfter}, ${backfill.pauseFrom}, ${backfill.overlap}, ${trimmed},
        (select coalesce(max(place), 0) + 1 from refill.backfill where batch_export_id = ${backfill.batchExportId})
      )`,
  );
}
