import { RefillError } from "../../../domain/errors.js";
import { interleave } from "../../interleave.js";
import type { Interval } from "../../source.js";
import { PieceQueue } from "./piece-queue.js";
import type { PostgresConnection } from "./postgres-connection.js";

/** Reads one piece on a connection, in the transaction that is open there. */
export type ReadPiece<Item> = (
  connection: PostgresConnection,
  piece: Interval,
  signal: AbortSignal,
) => AsyncIterable<Item>;

/**
 * Reads pieces on several connections at a time, all in the snapshot of the first. The others help as long as there is
 * something left to take: one that can't be had is done without.
 */
export async function* readSideBySide<Item>(
  work: {
    readonly connection: PostgresConnection;
    readonly helpers: readonly Helper[];
    readonly pieces: readonly Interval[];
    readonly read: ReadPiece<Item>;
  },
  signal: AbortSignal,
): AsyncGenerator<Item> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const { connection, read } = work;
  const queue = new PieceQueue(work.pieces);
  const { transaction, helpers } = await beginShared(work, either);
  try {
    yield* interleave(
      [
        readPieces({ connection, transaction, queue, read }, either),
        ...helpers.map((helper) => help({ ...helper, queue, read }, either)),
      ],
      (reason) => {
        stop.abort(reason);
      },
    );
  } finally {
    await transaction.rollback();
  }
}

/** A connection that may help. It connects when it begins, and is closed in the end. */
export interface Helper {
  readonly connection: PostgresConnection;
  /** Whether someone waits for what it holds: it begins no other piece then. */
  readonly isWanted: () => boolean;
}

type Transaction = Awaited<ReturnType<PostgresConnection["begin"]>>;

interface Reader<Item> {
  readonly connection: PostgresConnection;
  readonly queue: PieceQueue;
  readonly read: ReadPiece<Item>;
  readonly isWanted?: () => boolean;
}

async function* readPieces<Item>(
  reader: Reader<Item> & { readonly transaction: Transaction },
  signal: AbortSignal,
): AsyncGenerator<Item> {
  const { connection, transaction, queue, read } = reader;
  for (const piece of queue) {
    transaction.assertHeld();
    yield* read(connection, piece, signal);
    if (reader.isWanted?.() === true) break;
  }
  await transaction.rollback(); // the others may be long at it: no session idles in a transaction meanwhile
}

async function* help<Item>(
  reader: Reader<Item> & { readonly snapshot: string },
  signal: AbortSignal,
): AsyncGenerator<Item> {
  const { connection } = reader;
  try {
    const transaction = await joinSnapshot(reader, signal);
    if (transaction !== null) {
      yield* readPieces({ ...reader, transaction }, signal);
    }
  } finally {
    await connection.close();
  }
}

/** A transaction, and those who may join its snapshot: nobody where the server lets no one export it. */
async function beginShared(
  {
    connection,
    helpers,
  }: {
    readonly connection: PostgresConnection;
    readonly helpers: readonly Helper[];
  },
  signal: AbortSignal,
) {
  const transaction = await connection.begin(signal);
  if (helpers.length === 0) return { transaction, helpers: [] };
  try {
    const snapshot = await exportSnapshot(connection, signal);
    return {
      transaction,
      helpers: helpers.map((helper) => ({ ...helper, snapshot })),
    };
  } catch (error) {
    await transaction.rollback();
    const isRefused = error instanceof RefillError && !error.retryable;
    if (!isRefused) throw error;
    return { transaction: await connection.begin(signal), helpers: [] };
  }
}

async function exportSnapshot(
  connection: PostgresConnection,
  signal: AbortSignal,
): Promise<string> {
  const { rows } = await connection.query<{ name: string }>(
    { text: "select pg_catalog.pg_export_snapshot() as name" },
    signal,
  );
  return rows[0]?.name ?? "";
}

/** Null where no connection is free, the server has none left or is another one than that of the snapshot, or the work is done. */
async function joinSnapshot(
  {
    connection,
    snapshot,
    queue,
  }: {
    readonly connection: PostgresConnection;
    readonly snapshot: string;
    readonly queue: PieceQueue;
  },
  signal: AbortSignal,
): Promise<Transaction | null> {
  try {
    return await connection.begin(
      AbortSignal.any([signal, queue.emptied]),
      snapshot,
    );
  } catch {
    signal.throwIfAborted();
    return null;
  }
}
