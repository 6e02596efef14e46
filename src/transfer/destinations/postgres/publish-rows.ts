import { RefillError } from "../../../domain/errors.js";
import type { Fence } from "../../destination.js";
import type { Interval } from "../../source.js";
import { stateOf } from "../../sources/postgres/server-error.js";
import { publishedTable } from "./own-tables.js";
import { insertSql, refuseCutValues, type StagedColumn } from "./staging.js";
import type { TargetSession } from "./target-session.js";

/** What a claim publishes: the rows of its staging table, in place of all that the table has of the interval. */
export interface Publication {
  readonly batchExportId: string;
  readonly key: string;
  readonly token: number;
  readonly interval: Interval;
  /** As SQL takes it, as are the next two. */
  readonly table: string;
  /** Null: the interval is empty, and nothing was staged. */
  readonly staging: string | null;
  /** On the table: its rows of the interval. */
  readonly condition: string;
  readonly columns: readonly StagedColumn[];
  /** Of the columns, as the source calls them. */
  readonly types: readonly string[];
  /** As counted when they were staged. */
  readonly records: number;
  readonly bytes: number;
}

/**
 * Replaces the rows of an interval in one transaction, fenced by the claim: readers see the rows before or the rows after.
 * Resolves, and does nothing, when `earlier`, an id of a transaction that may have been committed, was. `onWrite` hears of
 * the id of this one. @throws RefillError CLAIM_LOST, COUNT_MISMATCH, DESTINATION_*
 */
export async function publishRows(
  session: TargetSession,
  publication: Publication,
  by: {
    /** Null: nobody knows of the claim but its token. */
    readonly fence: Fence | null;
    readonly earlier: string | null;
    readonly onWrite: (transaction: string) => void;
  },
): Promise<void> {
  const { fence, earlier } = by;
  await session.transaction(async () => {
    const held = await takePublished(session, publication, "newer");
    if (held === null && (await isPublishedBy(session, publication, earlier))) {
      await dropStaged(session, publication);
      return;
    }
    by.onWrite(held ?? (await overrule(session, publication, fence)));
    await holdStaging(session, publication);
    await session.query(
      `delete from ${publication.table} where ${publication.condition}`,
    );
    await insertStaged(session, publication);
    await countPublished(session, publication);
    await dropStaged(session, publication);
    await fence?.(); // all of it may have taken long
  });
}

/**
 * Takes the interval's row for this claim, and waits for whoever holds it; it stays locked either way. Answers the id of
 * this transaction; null where the row's token is not older and only a newer claim is to take it.
 */
async function takePublished(
  session: TargetSession,
  { batchExportId, key, token, interval, ...rows }: Publication,
  who: "newer" | "anyone",
): Promise<string | null> {
  const { rows: taken } = await session.query<{ transaction: string }>(
    `insert into ${publishedTable} as held (
       batch_export_id, key, data_interval_start, data_interval_end, token, records, bytes, columns, types
     )
     values ($1, $2, to_timestamp($3::numeric / 1000), to_timestamp($4::numeric / 1000), $5, $6, $7, $8, $9)
     on conflict (batch_export_id, key) do update set
       token = excluded.token, records = excluded.records, bytes = excluded.bytes, columns = excluded.columns,
       types = excluded.types, published_at = now()
     where held.token < excluded.token or $10
     returning xmin::text as transaction`,
    [
      batchExportId,
      key,
      interval.startMs,
      interval.endMs,
      token,
      rows.records,
      rows.bytes,
      rows.columns.map(({ name }) => name),
      rows.types,
      who === "anyone",
    ],
  );
  return taken[0]?.transaction ?? null;
}

/** Whether the interval's row was last written by that transaction: the answer to its commit was lost. */
async function isPublishedBy(
  session: TargetSession,
  { batchExportId, key }: Publication,
  transaction: string | null,
): Promise<boolean> {
  const { count } = await session.query(
    `select from ${publishedTable} where batch_export_id = $1 and key = $2 and xmin::text = $3`,
    [batchExportId, key, transaction],
  );
  return count === 1;
}

/**
 * The row's token is not older than this claim's. Either a newer claim was here, which the ledger knows, or the ledger was
 * restored from before those claims, and counts their tokens again. @throws RefillError CLAIM_LOST
 */
async function overrule(
  session: TargetSession,
  publication: Publication,
  fence: Fence | null,
): Promise<string> {
  if (fence === null)
    throw claimLost("a newer claim has published this interval");
  await fence();
  const taken = await takePublished(session, publication, "anyone");
  if (taken !== null) return taken;
  throw new TypeError("An unconditional upsert returned no row.");
}

/** Whoever takes the interval over drops what was staged before: from here on that has to wait. */
async function holdStaging(
  session: TargetSession,
  { staging }: Publication,
): Promise<void> {
  if (staging === null) return;
  try {
    await session.query(`lock table ${staging} in access exclusive mode`);
  } catch (error) {
    if (stateOf(error) !== "42P01") throw error;
    throw claimLost("a newer claim has dropped them");
  }
}

async function insertStaged(
  session: TargetSession,
  { staging, table, columns, records }: Publication,
): Promise<void> {
  if (staging === null) return;
  await refuseCutValues(session, { staging, table, columns });
  const { count } = await session.query(insertSql({ staging, table, columns }));
  if (count !== records) throw countMismatch(records, count);
}

/**
 * Looks at the result, once all that the table does by itself is done: a trigger may keep a row that was deleted, or
 * insert it elsewhere. @throws RefillError DESTINATION_TABLE_MISMATCH
 */
async function countPublished(
  session: TargetSession,
  { table, condition, records }: Publication,
): Promise<void> {
  await session.query("set constraints all immediate");
  const { rows } = await session.query<{ records: string }>(
    `select count(*) as records from ${table} where ${condition}`,
  );
  const found = Number(rows[0]?.records);
  if (found === records) return;
  throw new RefillError(
    "DESTINATION_TABLE_MISMATCH",
    `After its rows were replaced, ${table} has ${found} rows of the interval, and ${records} were staged: a trigger of the table keeps, adds or moves rows. Nothing was published. Disable the trigger for the destination's user, or name another table.`,
    { details: { expected: records, found } },
  );
}

async function dropStaged(
  session: TargetSession,
  { staging }: Publication,
): Promise<void> {
  if (staging === null) return;
  await session.query(`drop table if exists ${staging}`);
}

function claimLost(got: string): RefillError {
  return new RefillError(
    "CLAIM_LOST",
    `Expected the staged rows to be this claim's to publish, but ${got}. Nothing was published by this one.`,
  );
}

/** An unlogged table is empty after a crash of its server; a trigger or a rule of the target may swallow rows. */
function countMismatch(expected: number, received: number): RefillError {
  return new RefillError(
    "COUNT_MISMATCH",
    `Expected to insert the ${expected} rows that were staged, got ${received}: the destination's server has lost them in a crash, or a trigger of the table keeps them out. Nothing was published; try again.`,
    { details: { expected, received } },
  );
}
