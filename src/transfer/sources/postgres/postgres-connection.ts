import pg, { type Client, type FieldDef, type QueryConfig } from "pg";
import { RefillError } from "../../../domain/errors.js";
import { sendCancelRequest } from "./cancel-request.js";
import { classifyError } from "./classify-error.js";
import type { SlotSource } from "./connection-slots.js";
import { type CopyChunk, CopyOut } from "./copy-out.js";
import { RowSocket } from "./row-socket.js";
import { beginStatements, nameSql } from "./transaction-settings.js";

const connectTimeoutMs = 10_000;
const stopTimeoutMs = 10_000;

export interface Rows<Row> {
  readonly rows: readonly Row[];
  readonly fields: readonly FieldDef[];
}

/** A COPY's rows. `countedRows` is the server's own count, known after the last of them. */
export interface CopyRows extends AsyncIterable<CopyChunk> {
  readonly countedRows: number | null;
}

/** A transaction that only reads, in one snapshot. */
export interface ReadTransaction {
  /** @throws RefillError SOURCE_UNAVAILABLE when the session was lost: the next statement would be in another one */
  readonly assertHeld: () => void;
  /** Ends it. Calling it twice does no harm. */
  readonly rollback: () => Promise<void>;
}

/**
 * One session of the source's database, made on first use and anew after it was lost. Every statement runs in a
 * transaction that is read-only, has Refill's settings, and is rolled back: one that was begun here, else one of its own. So
 * nothing that a query does to the session is left for the next one, or for whom a pooler gives the session to.
 * Statements with a definition's own SQL go by the extended protocol, where the server refuses a text that holds more
 * than one. To be used by one caller at a time.
 */
export class PostgresConnection {
  readonly #connectionString: string;
  readonly #slots: SlotSource | null;
  #client: Client | null = null;
  /** The session in which a transaction is open. */
  #held: Client | null = null;

  /** With slots, connecting waits for one, which is held for as long as the session lasts. */
  constructor(connectionString: string, slots: SlotSource | null = null) {
    this.#connectionString = connectionString;
    this.#slots = slots;
  }

  /** @throws RefillError SOURCE_*, or the signal's reason once the server has stopped */
  async query<Row extends object>(
    statement: { readonly text: string; readonly values?: readonly unknown[] },
    signal: AbortSignal,
  ): Promise<Rows<Row>> {
    const client = await this.#open(signal);
    if (client === this.#held) return this.#run<Row>(client, statement, signal);
    const transaction = await this.begin(signal);
    try {
      return await this.#run<Row>(client, statement, signal);
    } finally {
      await transaction.rollback();
    }
  }

  /** Begins a transaction for the statements that follow: in the snapshot which another one exported, where it is named. */
  async begin(
    signal: AbortSignal,
    snapshot: string | null = null,
  ): Promise<ReadTransaction> {
    const client = await this.#open(signal);
    const text = beginStatements({ label: "", snapshot }).join("; ");
    this.#held = client;
    const rollback = async () => {
      // A session that was lost or stopped has taken its transaction with it.
      if (this.#held !== client) return;
      this.#held = null;
      if (client === this.#client) await this.#rollBack(client);
    };
    try {
      await this.#guard(client, client.query(text), signal);
    } catch (error) {
      await rollback();
      throw error;
    }
    return {
      assertHeld: () => {
        if (this.#held === client && client === this.#client) return;
        throw new RefillError(
          "SOURCE_UNAVAILABLE",
          "The session with the source database was lost between two statements of a run. Try again when it can be reached.",
        );
      },
      rollback,
    };
  }

  /** Streams a COPY ... TO STDOUT under the label that `pg_stat_activity` shows as the application's name. */
  copy(
    request: { readonly statement: string; readonly label: string },
    signal: AbortSignal,
  ): CopyRows {
    const { statement, label } = request;
    const run: { copy: CopyOut | null } = { copy: null };
    const chunks = async function* (this: PostgresConnection) {
      const client = await this.#open(signal);
      const isHeld = client === this.#held;
      // All in one round trip. A COPY that fails leaves its transaction open.
      run.copy = new CopyOut(
        isHeld
          ? [nameSql(label), statement]
          : [...beginStatements({ label }), statement, "rollback"],
      );
      try {
        yield* this.#chunks(client, run.copy, signal);
      } catch (error) {
        if (!isHeld && client === this.#client) await this.#rollBack(client);
        throw error;
      }
    };
    return {
      get countedRows() {
        return run.copy?.countedRows ?? null;
      },
      [Symbol.asyncIterator]: () => chunks.call(this),
    };
  }

  /** Ends the session. A statement that still runs is cut off. */
  async close(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    if (client !== null) await endClient(client);
  }

  async #run<Row extends object>(
    client: Client,
    statement: { readonly text: string; readonly values?: readonly unknown[] },
    signal: AbortSignal,
  ): Promise<Rows<Row>> {
    signal.throwIfAborted();
    const config = {
      text: statement.text,
      values: [...(statement.values ?? [])],
      queryMode: "extended",
    } satisfies QueryConfig & { queryMode: string };
    return this.#guard(client, client.query<Row>(config), signal);
  }

  /** A session that can't even do that is not used again. */
  async #rollBack(client: Client): Promise<void> {
    await client.query("rollback").catch(() => {
      this.#forget(client);
      client.connection.stream.destroy();
    });
  }

  async *#chunks(
    client: Client,
    copy: CopyOut,
    signal: AbortSignal,
  ): AsyncGenerator<CopyChunk> {
    signal.throwIfAborted();
    const stopper = this.#stopper(client, copy.finish);
    const onAbort = () => {
      copy.fail(signal.reason);
      stopper.begin();
    };
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      client.query(copy);
      for (;;) {
        const chunk = await copy.next();
        if (chunk === null) break;
        yield chunk;
      }
    } catch (error) {
      signal.throwIfAborted();
      throw classifyError(error);
    } finally {
      signal.removeEventListener("abort", onAbort);
      if (!copy.finished) {
        copy.discard();
        stopper.begin();
      }
      await stopper.end();
    }
  }

  async #guard<T>(
    client: Client,
    result: Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const stopper = this.#stopper(client, result);
    signal.addEventListener("abort", stopper.begin, { once: true });
    try {
      return await result;
    } catch (error) {
      signal.throwIfAborted();
      throw classifyError(error);
    } finally {
      signal.removeEventListener("abort", stopper.begin);
      await stopper.end();
    }
  }

  /** Stops the statement once, when told to; `end` waits for that. */
  #stopper(
    client: Client,
    statement: Promise<unknown>,
  ): { readonly begin: () => void; readonly end: () => Promise<void> } {
    let stopping: Promise<void> | null = null;
    return {
      begin: () => {
        stopping ??= this.#stop(client, statement);
      },
      end: async () => {
        await stopping;
      },
    };
  }

  /** Has the server stop, waits until it did, and ends the session: nothing of it is left at the server. */
  async #stop(client: Client, statement: Promise<unknown>): Promise<void> {
    if (this.#client === client) this.#client = null;
    await sendCancelRequest(client);
    await settledWithin(statement, stopTimeoutMs);
    await endClient(client);
  }

  async #open(signal: AbortSignal): Promise<Client> {
    signal.throwIfAborted();
    if (this.#client !== null) return this.#client;
    const release = await this.#slots?.acquire(this.#connectionString, signal);
    try {
      const client = await connect(this.#connectionString, signal);
      client.once("end", () => release?.());
      client.on("error", () => {
        this.#forget(client);
      });
      client.on("end", () => {
        this.#forget(client);
      });
      this.#client = client;
      return client;
    } catch (error) {
      release?.();
      signal.throwIfAborted();
      throw classifyError(error);
    }
  }

  #forget(client: Client): void {
    if (this.#client === client) this.#client = null;
  }
}

async function connect(
  connectionString: string,
  signal: AbortSignal,
): Promise<Client> {
  const client = new pg.Client({
    connectionString,
    application_name: "refill",
    stream: () => new RowSocket(),
    keepAlive: true,
    connectionTimeoutMillis: connectTimeoutMs,
  });
  client.on("error", () => undefined); // told to whoever waits for an answer
  const stop = () => {
    client.connection.stream.destroy();
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    await client.connect();
    return client;
  } catch (error) {
    stop();
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function endClient(client: Client): Promise<void> {
  await settledWithin(client.end(), stopTimeoutMs);
  client.connection.stream.destroy();
}

function settledWithin(
  promise: Promise<unknown>,
  limitMs: number,
): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limitMs);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    promise.then(done, done);
  });
}
