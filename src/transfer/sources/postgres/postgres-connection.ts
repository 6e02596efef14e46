import pg, { type Client, type FieldDef, type QueryConfig } from "pg";
import { RefillError } from "../../../domain/errors.js";
import { sendCancelRequest } from "./cancel-request.js";
import { classifyError } from "./classify-error.js";
import type { SlotSource } from "./connection-slots.js";
import { type CopyChunk, CopyOut } from "./copy-out.js";
import { quoteLiteral } from "./quote.js";
import { RowSocket } from "./row-socket.js";

const connectTimeoutMs = 10_000;
const stopTimeoutMs = 10_000;

/**
 * What makes the same rows the same bytes, whatever the role's or the database's own settings are, and what keeps a
 * guest from standing in the way. How long a statement may take is for the role's owner to say.
 */
const sessionSettings = `
  set default_transaction_read_only = on;
  set lock_timeout = '30s';
  set idle_in_transaction_session_timeout = '1min';
  set timezone = 'UTC';
  set datestyle = 'ISO, MDY';
  set intervalstyle = 'iso_8601';
  set lc_monetary = 'C';
  set bytea_output = 'hex';
  set extra_float_digits = 1;
  set standard_conforming_strings = on;
  set quote_all_identifiers = off;
  set client_encoding = 'UTF8'`;

export interface Rows<Row> {
  readonly rows: readonly Row[];
  readonly fields: readonly FieldDef[];
}

/** A COPY's rows. `countedRows` is the server's own count, known after the last of them. */
export interface CopyRows extends AsyncIterable<CopyChunk> {
  readonly countedRows: number | null;
}

/**
 * One session of the source's database, read-only, made on first use and anew after it was lost.
 * Statements go by the extended protocol, where the server refuses a text that holds more than one.
 */
export class PostgresConnection {
  readonly #connectionString: string;
  readonly #slots: SlotSource | null;
  #client: Client | null = null;
  #label = "";

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
    signal.throwIfAborted();
    const config = {
      text: statement.text,
      values: [...(statement.values ?? [])],
      queryMode: "extended",
    } satisfies QueryConfig & { queryMode: string };
    const result = client.query<Row>(config);
    return this.#guard(client, result, signal);
  }

  /**
   * Begins a transaction, which sees one state of the data: that of a snapshot which another one exported, where it is named.
   * Settings made in it end with it, and it only ever rolls back.
   */
  async begin(
    signal: AbortSignal,
    snapshot: string | null = null,
  ): Promise<{
    /** @throws RefillError SOURCE_UNAVAILABLE when the session was lost: the next statement would be in another one */
    readonly assertHeld: () => void;
    /** Calling it twice does no harm. */
    readonly rollback: () => Promise<void>;
  }> {
    await this.query(
      { text: "begin isolation level repeatable read read only" },
      signal,
    );
    const client = this.#client;
    if (snapshot !== null) {
      const text = `set transaction snapshot ${quoteLiteral(snapshot)}`;
      await this.query({ text }, signal);
    }
    let isOver = false;
    return {
      assertHeld: () => {
        if (client !== null && client === this.#client) return;
        throw new RefillError(
          "SOURCE_UNAVAILABLE",
          "The session with the source database was lost between two statements of a run. Try again when it can be reached.",
        );
      },
      rollback: async () => {
        // A session that was lost or stopped has taken its transaction with it.
        if (client === null || client !== this.#client || isOver) return;
        isOver = true;
        await client.query("rollback").catch(() => undefined);
        this.#label = ""; // what was set in the transaction went with it
      },
    };
  }

  /** Streams a COPY ... TO STDOUT under the label that `pg_stat_activity` shows as the application's name. */
  copy(
    request: { readonly statement: string; readonly label: string },
    signal: AbortSignal,
  ): CopyRows {
    const run: { copy: CopyOut | null } = { copy: null };
    const chunks = async function* (this: PostgresConnection) {
      const client = await this.#open(signal);
      const copy = new CopyOut([
        ...this.#naming(request.label),
        request.statement,
      ]);
      run.copy = copy;
      yield* this.#chunks(client, copy, signal);
      this.#label = request.label;
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

  #naming(label: string): readonly string[] {
    return label === this.#label
      ? []
      : [`set application_name = ${quoteLiteral(`refill ${label}`)}`];
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
      this.#label = "";
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
    await client.query(sessionSettings);
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
