import { RefillError } from "../../../domain/errors.js";
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
    const statement = copyStatement(relation, this.#request);
    const copy = connection.copy(
      { statement, label: this.#request.label },
      this.#signal,
    );
    const isBinary = this.#request.encoding.kind === "binary";
    // What is left comes as a message a row.
    const chunks = isBinary ? withoutBinaryFrame(copy) : copy;
    for await (const { bytes, messages: rows } of chunks) {
      this.#records += rows;
      yield { bytes, rows };
    }
    this.#compareCounts(copy.countedRows);
  }

  #compareCounts(countedRows: number | null): void {
    const received = this.#records;
    if (received === countedRows) return;
    throw new RefillError(
      "COUNT_MISMATCH",
      `Expected the ${countedRows ?? "unknown number of"} rows that the source database counted, got ${received}. Try again.`,
      { details: { expected: countedRows, received } },
    );
  }
}
