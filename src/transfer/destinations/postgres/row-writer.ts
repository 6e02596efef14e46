import { isRefillError } from "../../../domain/errors.js";
import type { Fence, StagedWriter } from "../../destination.js";
import { quoteIdentifier } from "../../sources/postgres/quote.js";
import type { CopyIn } from "./copy-in.js";
import { dropStaging } from "./own-tables.js";
import { type Publication, publishRows } from "./publish-rows.js";
import type { Sessions } from "./sessions.js";
import { stagingSql } from "./staging.js";
import type { TargetSession } from "./target-session.js";

/** What a writer knows before a row came. */
export interface RowPlace extends Omit<
  Publication,
  "staging" | "records" | "bytes"
> {
  readonly staging: string;
  /** Names the run in `pg_stat_activity`. */
  readonly label: string;
  /** Ends the copying. */
  readonly signal: AbortSignal;
}

/** Copies rows to a staging table, which is made when the first ones come, and publishes them from there. */
export class RowWriter implements StagedWriter {
  readonly #sessions: Sessions;
  readonly #place: RowPlace;
  #copying: { readonly session: TargetSession; readonly copy: CopyIn } | null =
    null;
  #staged: { readonly records: number } | null = null;
  #bytes = 0;
  /** The transaction that published last, as far as that was told. */
  #transaction: string | null = null;
  #isPublished = false;

  constructor(sessions: Sessions, place: RowPlace) {
    this.#sessions = sessions;
    this.#place = place;
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#copying ??= await this.#begin();
    const { copy } = this.#copying;
    await this.#untilAborted(() => copy.write(chunk));
    this.#bytes += chunk.byteLength;
  }

  async finish(): Promise<void> {
    if (this.#copying === null) return;
    const { session, copy } = this.#copying;
    const records = await this.#untilAborted(() => copy.finish());
    await session.commit();
    this.#staged = { records };
    this.#copying = null;
    this.#sessions.give(session);
  }

  async publish(fence: Fence | null = null): Promise<void> {
    if (this.#isPublished) return;
    try {
      await this.#publishOnce(fence);
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
      await this.#publishOnce(fence); // the answer to a commit may be what was lost: the interval's row tells
    }
    this.#isPublished = true;
  }

  async discard(): Promise<void> {
    this.#copying?.session.cut();
    const isStaged = this.#copying !== null || this.#staged !== null;
    this.#copying = null;
    if (!isStaged || this.#isPublished) return;
    this.#staged = null;
    const { staging } = this.#place;
    await this.#sessions.use((session) => dropStaging(session, staging));
  }

  #publishOnce(fence: Fence | null): Promise<void> {
    const publication: Publication = {
      ...this.#place,
      staging: this.#staged === null ? null : this.#place.staging,
      records: this.#staged?.records ?? 0,
      bytes: this.#bytes,
    };
    const earlier = this.#transaction;
    const onWrite = (transaction: string) => {
      this.#transaction = transaction;
    };
    return this.#sessions.use((session) =>
      publishRows(session, publication, { fence, earlier, onWrite }),
    );
  }

  /** An abort cuts the session, whatever it waits for: the server ends the COPY then. */
  async #untilAborted<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this.#place;
    const cut = () => this.#copying?.session.cut();
    signal.throwIfAborted();
    signal.addEventListener("abort", cut, { once: true });
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener("abort", cut);
    }
  }

  async #begin() {
    const { staging, table, columns, label } = this.#place;
    const session = await this.#sessions.take();
    try {
      const names = columns.map(({ name }) => quoteIdentifier(name)).join(", ");
      await dropStaging(session, staging);
      await session.query(stagingSql({ staging, table, columns }));
      const statement = `copy ${staging} (${names}) from stdin (format text, encoding 'UTF8')`;
      await session.begin();
      await session.name(label);
      return { session, copy: session.copyIn(statement) };
    } catch (error) {
      await session.close();
      throw error;
    }
  }
}

function isConnectionLoss(error: unknown): boolean {
  return isRefillError(error) && error.code === "DESTINATION_UNAVAILABLE";
}
