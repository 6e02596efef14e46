import pg, { type Client } from "pg";
import { quoteLiteral } from "../../sources/postgres/quote.js";
import { CopyIn } from "./copy-in.js";
import { targetError } from "./target-error.js";

const connectTimeoutMs = 10_000;
const endTimeoutMs = 5_000;

/**
 * Rows mean the same as at the source, whatever the role's or the database's own settings are; nobody waits long for a
 * lock or holds one idle; a commit is on the disk; and rows that a policy hides are an error, not left standing.
 */
const sessionSettings = `
  set timezone = 'UTC';
  set datestyle = 'ISO, MDY';
  set intervalstyle = 'iso_8601';
  set lc_monetary = 'C';
  set standard_conforming_strings = on;
  set quote_all_identifiers = off;
  set client_encoding = 'UTF8';
  set row_security = off;
  set lock_timeout = '30s';
  set idle_in_transaction_session_timeout = '1min';
  select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'`;

export interface Answer<Row> {
  readonly rows: readonly Row[];
  /** Rows that the statement returned, inserted or deleted. */
  readonly count: number;
}

/** One session of the target's database. After a failure of the connection or of a COPY it is not usable again. */
export class TargetSession {
  readonly #client: Client;
  #isUsable = true;

  private constructor(client: Client) {
    this.#client = client;
    const lose = () => {
      this.#isUsable = false;
    };
    client.on("error", lose);
    client.on("end", lose);
  }

  /** @throws RefillError DESTINATION_* */
  static async connect(connectionString: string): Promise<TargetSession> {
    let client: Client | null = null;
    try {
      client = new pg.Client({
        connectionString,
        application_name: "refill",
        keepAlive: true,
        connectionTimeoutMillis: connectTimeoutMs,
      });
      const session = new TargetSession(client);
      await client.connect();
      await client.query(sessionSettings);
      return session;
    } catch (error) {
      client?.connection.stream.destroy();
      throw targetError(error);
    }
  }

  get isUsable(): boolean {
    return this.#isUsable;
  }

  /** One statement with values, or several without. @throws RefillError DESTINATION_* */
  async query<Row extends object = Record<string, never>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<Answer<Row>> {
    try {
      const { rows, rowCount } = await this.#client.query<Row>(
        text,
        values === undefined ? undefined : [...values],
      );
      return { rows, count: rowCount ?? 0 };
    } catch (error) {
      throw targetError(error);
    }
  }

  /** The work and its commit, or nothing of it. A rejection while committing may hide a commit that went through. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.query("begin isolation level read committed read write");
    try {
      const result = await work();
      await this.query("commit");
      return result;
    } catch (error) {
      await this.rollBack();
      throw error;
    }
  }

  /** Ends a transaction without a trace of it. Never throws: a session that is lost has taken its transaction with it. */
  async rollBack(): Promise<void> {
    if (!this.#isUsable) return;
    await this.#client.query("rollback").catch(() => {
      this.#isUsable = false;
    });
  }

  /** Shows in `pg_stat_activity` what the session is at work on. */
  async name(label: string): Promise<void> {
    await this.query(
      `set application_name = ${quoteLiteral(`refill ${label}`)}`,
    );
  }

  /** Begins a `COPY … FROM STDIN`. The session takes nothing else until it is finished. */
  copyIn(statement: string): CopyIn {
    return new CopyIn(this.#client, statement);
  }

  /** Ends the session, and whatever the server still does for it. */
  async close(): Promise<void> {
    const wasUsable = this.#isUsable;
    this.#isUsable = false;
    if (wasUsable) await endWithin(this.#client, endTimeoutMs);
    this.cut();
  }

  /** Closes the socket without a word: the server rolls back. */
  cut(): void {
    this.#isUsable = false;
    this.#client.connection.stream.destroy();
  }
}

function endWithin(client: Client, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limitMs);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    client.end().then(done, done);
  });
}
