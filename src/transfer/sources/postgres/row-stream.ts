import { RefillError } from "../../../domain/errors.js";
import type { ExportColumn } from "../../column.js";
import { cutInterval } from "../../cut-interval.js";
import type {
  Interval,
  RowChunk,
  RowEncoding,
  RowStream,
} from "../../source.js";
import { withoutBinaryFrame } from "./binary-frame.js";
import { copyStatement } from "./copy-statement.js";
import { handedOver } from "./hand-over.js";
import { parallelPieces } from "./parallel-pieces.js";
import type { PostgresConnection } from "./postgres-connection.js";
import type { Relation } from "./relation.js";
import { type Helper, type ReadPiece, readSideBySide } from "./side-by-side.js";

export interface RowRequest {
  readonly interval: Interval;
  readonly encoding: RowEncoding;
  readonly label: string;
  readonly pieces?: number;
  readonly expectedRecords?: number | null;
}

interface RowSource {
  readonly connection: PostgresConnection;
  /** Makes another connection, which takes a slot only where one is free. */
  readonly openHelper: () => Helper;
  readonly maxStreams: number;
  readonly look: (signal: AbortSignal) => Promise<Relation>;
}

/**
 * The rows of one COPY, or of several over pieces of the interval, in one snapshot: on more than one connection where that
 * is quicker. To be iterated once.
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
    const relation = await this.#source.look(this.#signal);
    const read: ReadPiece<RowChunk> = (connection, piece, signal) =>
      this.#copy({ connection, relation }, piece, signal);
    const { connection } = this.#source;
    const { interval, pieces = 1 } = this.#request;
    const parallel = await this.#parallelPieces(relation);
    if (pieces * parallel === 1) {
      yield* read(connection, interval, this.#signal);
      return;
    }
    // A server that gave up on larger statements is not asked for several at a time.
    const helpers = pieces === 1 ? this.#helpers() : [];
    const cut = cutInterval(interval, pieces * parallel);
    yield* readSideBySide(
      { connection, helpers, pieces: cut, read },
      this.#signal,
    );
  }

  #helpers(): readonly Helper[] {
    const { maxStreams, openHelper } = this.#source;
    return Array.from({ length: maxStreams - 1 }, openHelper);
  }

  #parallelPieces(relation: Relation): Promise<number> {
    const { connection, maxStreams } = this.#source;
    const { interval, expectedRecords = null } = this.#request;
    return parallelPieces(
      { connection, relation },
      { interval, expectedRecords, streams: maxStreams },
      this.#signal,
    );
  }

  async *#copy(
    {
      connection,
      relation,
    }: {
      readonly connection: PostgresConnection;
      readonly relation: Relation;
    },
    interval: Interval,
    signal: AbortSignal,
  ): AsyncGenerator<RowChunk> {
    const { encoding, label } = this.#request;
    const statement = copyStatement(relation, { interval, encoding });
    const copy = connection.copy({ statement, label }, signal);
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
