import { RefillError } from "../../../domain/errors.js";
import type { Interval, RowEncoding, RowStream } from "../../source.js";
import { copyStatement } from "./copy-statement.js";
import type { PostgresConnection } from "./postgres-connection.js";
import type { Relation } from "./relation.js";

export interface RowRequest {
  readonly interval: Interval;
  readonly encoding: RowEncoding;
  readonly label: string;
}

interface RowSource {
  readonly connection: PostgresConnection;
  readonly look: (signal: AbortSignal) => Promise<Relation>;
}

/**
 * The rows of one COPY. To be iterated once.
 * @throws RefillError SOURCE_*, and COUNT_MISMATCH when other than the rows that the server counted arrived
 */
export class PostgresRowStream implements RowStream {
  readonly #source: RowSource;
  readonly #request: RowRequest;
  readonly #signal: AbortSignal;
  #messages = 0;

  constructor(source: RowSource, request: RowRequest, signal: AbortSignal) {
    this.#source = source;
    this.#request = request;
    this.#signal = signal;
  }

  get records(): number {
    return Math.max(0, this.#messages - this.#headerMessages);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const { connection, look } = this.#source;
    const relation = await look(this.#signal);
    const statement = copyStatement(relation, this.#request);
    const copy = connection.copy(
      { statement, label: this.#request.label },
      this.#signal,
    );
    for await (const { bytes, messages } of copy) {
      this.#messages += messages;
      yield bytes;
    }
    this.#compareCounts(copy.countedRows);
  }

  /** A header comes as a message of its own. */
  get #headerMessages(): number {
    const { encoding } = this.#request;
    return encoding.kind === "csv" && encoding.header ? 1 : 0;
  }

  #compareCounts(countedRows: number | null): void {
    const received = this.#messages - this.#headerMessages;
    if (received === countedRows) return;
    throw new RefillError(
      "COUNT_MISMATCH",
      `Expected the ${countedRows ?? "unknown number of"} rows that the source database counted, got ${received}. Try again.`,
      { details: { expected: countedRows, received } },
    );
  }
}
