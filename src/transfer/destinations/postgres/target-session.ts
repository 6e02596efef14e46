import pg, { type Client } from "pg";
import { quoteLiteral } from "../../sources/postgres/quote.js";
import { CopyIn } from "./copy-in.js";
import { targetError } from "./target-error.js";

const connectTimeoutMs = 10_000;
const endTimeoutMs = 5_000;

/**
 * Rows mean the same as at the source, whatever the role's or the database's own settings are; nobody waits long for a
 * lock or holds one idle; a commit is on the disk; and rows that a policy hides are an error, not left standing. All of it
 * holds for one transaction: a pooler may give each transaction another session, and the session to someone else afterwards.
 */
const beginSql = `
  begin isolation level read committed read write;
  set local timezone = 'UTC';
  set local datestyle = 'ISO, MDY';
  set local intervalstyle = 'iso_8601';
  set local standard_conforming_strings = on;
  set local quote_all_identifiers = off;
  set local client_encoding = 'UTF8';
  set local row_security = off;
  set local lock_timeout = '30s';
  set local idle_in_transaction_session_timeout = '1min';
  select set_config('synchronous_commit', 'on', true) where current_setting('synchronous_commit') = 'off'`;

export interface Answer<Row> {
  readonly rows: readonly Row[];
  /** Rows that the statement returned, inserted or deleted. */
  readonly count: number;
}

/** One session of the target's database. After a failure of the connection or of a COPY it is not usable again. */
export class TargetSession {
  readonly #client: Client;
  #isUsable = true;
  #isInTransaction = false;

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
      return session;
    } catch (error) {
      client?.connection.stream.destroy();
      throw targetError(error);
    }
  }

  get isUsable(): boolean {
    return this.#isUsable;
  }

  /**
   * One statement with values, or several without: in the transaction that was begun, else in one of its own.
   * @throws RefillError DESTINATION_*
   */
  async query<Row extends object = Record<string, never>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<Answer<Row>> {
    if (!this.#isInTransaction) {
      return this.transaction(() => this.query<Row>(text, values));
    }
    const { rows, rowCount } = await this.#answered(
      this.#client.query<Row>(
        text,
        values === undefined ? undefined : [...values],
      ),
    );
    return { rows, count: rowCount ?? 0 };
  }

  /** The work and its commit, or nothing of it. A rejection while committing may hide a commit that went through. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.begin();
    try {
      const result = await work();
      await this.commit();
      return result;
    } catch (error) {
      await this.rollBack();
      throw error;
    }
  }

  /** Begins a transaction in which the settings hold. */
  async begin(): Promise<void> {
    this.#isInTransaction = true;
    await this.#answered(this.#client.query(beginSql));
  }

  async commit(): Promise<void> {
    await this.#answered(this.#client.query("commit"));
    this.#isInTransaction = false;
  }

  /** Ends a transaction without a trace of it. Never throws: a session that is lost has taken its transaction with it. */
  async rollBack(): Promise<void> {
    this.#isInTransaction = false;
    if (!this.#isUsable) return;
    await this.#client.query("rollback").catch(() => {
      this.#isUsable = false;
    });
  }

  /** Shows in `pg_stat_activity` what the rest of the transaction is for. */
  async name(label: string): Promise<void> {
    await this.query(
      `set local application_name = ${quoteLiteral(`refill ${label}`)}`,
    );
  }

  async #answered<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw targetError(error);
    }
  }

  /** Begins a `COPY … FROM STDIN` in the transaction that is open. The session takes nothing else until it is finished. */
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
