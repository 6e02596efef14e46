import { RefillError } from "../../../domain/errors.js";
import { cutInterval } from "../../cut-interval.js";
import type { ExportColumn } from "../../column.js";
import type {
  Interval,
  RowChunk,
  RowEncoding,
  RowStream,
} from "../../source.js";
import { withoutBinaryFrame } from "./binary-frame.js";
import { copyStatement } from "./copy-statement.js";
import { handedOver } from "./hand-over.js";
import type { PostgresConnection } from "./postgres-connection.js";
import type { Relation } from "./relation.js";

export interface RowRequest {
  readonly interval: Interval;
  readonly encoding: RowEncoding;
  readonly label: string;
  readonly pieces?: number;
}

interface RowSource {
  readonly connection: PostgresConnection;
  readonly look: (signal: AbortSignal) => Promise<Relation>;
}

/**
 * The rows of one COPY, or of several over parts of the interval, one after the other in one transaction, so that they see
 * one snapshot. To be iterated once.
 * @throws RefillError SOURCE_*, and COUNT_MISMATCH when other than the rows that the server counted arrived
 */
export class PostgresRowStream implements RowStream {
  readonly #source: RowSource;
  readonly #request: RowRequest;
  readonly #signal: AbortSignal;
  #records = 0;

  constructor(source: RowSource, request: RowRequest, signal: AbortSignal) {
    this.#source = source;
    this.#request = request;
    this.#signal = signal;
  }

  get records(): number {
    return this.#records;
  }

  async columns(): Promise<readonly ExportColumn[]> {
    const relation = await this.#source.look(this.#signal);
    const { encoding } = this.#request;
    return relation.columns.map((column) => ({
      name: column.name,
      typeName: column.typeName,
      type:
        encoding.kind === "binary"
          ? handedOver(column, encoding).type
          : column.type,
    }));
  }

  async origin(): Promise<string | null> {
    const relation = await this.#source.look(this.#signal);
    return relation.origin;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RowChunk> {
    const { connection, look } = this.#source;
    const relation = await look(this.#signal);
    const { interval, pieces = 1 } = this.#request;
    if (pieces === 1) {
      yield* this.#copy(relation, interval);
      return;
    }
    const snapshot = await connection.begin(this.#signal);
    try {
      for (const piece of cutInterval(interval, pieces)) {
        snapshot.assertHeld();
        yield* this.#copy(relation, piece);
      }
    } finally {
      await snapshot.rollback();
    }
  }

  async *#copy(
    relation: Relation,
    interval: Interval,
  ): AsyncGenerator<RowChunk> {
    const { encoding, label } = this.#request;
    const statement = copyStatement(relation, { interval, encoding });
    const { connection } = this.#source;
    const copy = connection.copy({ statement, label }, this.#signal);
    // What is left comes as a message a row.
    const chunks = encoding.kind === "binary" ? withoutBinaryFrame(copy) : copy;
    let received = 0;
    for await (const { bytes, messages: rows } of chunks) {
      received += rows;
      this.#records += rows;
      yield { bytes, rows };
    }
    compareCounts(received, copy.countedRows);
  }
}

function compareCounts(received: number, countedRows: number | null): void {
  if (received === countedRows) return;
  throw new RefillError(
    "COUNT_MISMATCH",
    `Expected the ${countedRows ?? "unknown number of"} rows that the source database counted, got ${received}. Try again.`,
    { details: { expected: countedRows, received } },
  );
}
