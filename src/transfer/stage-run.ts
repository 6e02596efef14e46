import {
  fileKey,
  type FileNaming,
  manifestKey,
} from "../domain/keys/file-keys.js";
import { ChunkReader } from "./chunk-reader.js";
import type { ExportColumn } from "./column.js";
import { contentHash } from "./content-hash.js";
import type {
  Destination,
  StagedDescriptor,
  StagedRun,
  StagedWriter,
} from "./destination.js";
import type { FileFacts, Format } from "./format.js";
import { manifestBytes } from "./manifest.js";
import type { Interval, RowChunk, RowStream, Source } from "./source.js";
import { type StagedFile, stageFile } from "./stage-file.js";

export interface StageRunRequest {
  readonly source: Source;
  readonly format: Format;
  readonly destination: Destination;
  /** The final key, without the format's suffix. */
  readonly key: string;
  /** The claim's. Its first descriptor, of `fileKey(…, 1)`, is recorded already. */
  readonly token: number;
  /** No file grows beyond it by more than what the format holds back. Null: all rows in one file, and no manifest. */
  readonly maxFileBytes: number | null;
  readonly interval: Interval;
  readonly facts: FileFacts;
  /** Names the run to whoever looks at the source's connections. */
  readonly label: string;
  /** See `Source.rows`. */
  readonly pieces?: number;
  readonly expectedRecords?: number | null;
  /** Adds to what the claim says is staged. @throws RefillError CLAIM_LOST */
  readonly record: (descriptor: StagedDescriptor) => Promise<void>;
  readonly signal: AbortSignal;
  /** Called after each write, with the records read and the bytes written so far. */
  readonly onProgress?: (records: number, bytes: number) => void;
}

/**
 * Copies the rows of one interval to the destination, durable but not yet visible, in constant memory.
 * Without a row there is no file: nothing is staged, and `publish` has nothing to do but where it replaces the interval.
 * On a failure the staged bytes are destroyed first. @throws RefillError SOURCE_*, DESTINATION_*, COUNT_MISMATCH, or the signal's reason
 */
export async function stageRun(request: StageRunRequest): Promise<StagedRun> {
  request.signal.throwIfAborted();
  const rows = request.source.rows(
    {
      interval: request.interval,
      encoding: request.format.rowEncoding,
      label: request.label,
      pieces: request.pieces ?? 1,
      expectedRecords: request.expectedRecords ?? null,
    },
    request.signal,
  );
  const reader = new ChunkReader(rows);
  try {
    const { replacesIntervals } = request.destination;
    if (!(await reader.hasMore()) && !replacesIntervals) return emptyRun;
    return await new RunStaging(request, rows, reader).stage();
  } finally {
    await reader.close();
  }
}

const emptyRun: StagedRun = {
  files: [],
  records: 0,
  bytes: 0,
  publish: () => Promise.resolve(),
  discard: () => Promise.resolve(),
};

/** The files of one run, staged one after the other, the manifest last. */
class RunStaging {
  readonly #request: StageRunRequest;
  readonly #rows: RowStream;
  readonly #reader: ChunkReader;
  readonly #naming: FileNaming;
  readonly #staged: StagedFile[] = [];
  #columns: readonly ExportColumn[] = [];
  #origin: string | null = null;
  #bytes = 0;

  constructor(request: StageRunRequest, rows: RowStream, reader: ChunkReader) {
    this.#request = request;
    this.#rows = rows;
    this.#reader = reader;
    this.#naming = { ...request, suffix: request.format.suffix };
  }

  async stage(): Promise<StagedRun> {
    try {
      this.#columns = await this.#rows.columns();
      this.#origin = await this.#rows.origin();
      if (this.#request.destination.replacesIntervals) await this.#stagePart();
      while (await this.#reader.hasMore()) await this.#stagePart();
      if (this.#naming.maxFileBytes !== null) await this.#stageManifest();
    } catch (error) {
      await Promise.allSettled(
        this.#staged.map(({ writer }) => writer.discard()),
      );
      throw error;
    }
    return this.#run();
  }

  async #stagePart(): Promise<void> {
    const { format, facts } = this.#request;
    const key = fileKey(this.#naming, this.#staged.length + 1);
    const limitBytes = this.#naming.maxFileBytes ?? Infinity;
    let bytes = 0;
    let records = 0;
    const taken = this.#reader.take(() => bytes < limitBytes);
    const count = async function* (): AsyncGenerator<RowChunk> {
      for await (const chunk of taken) {
        records += chunk.rows;
        yield chunk;
      }
    };
    const input = { columns: this.#columns, chunks: count(), facts };
    await this.#stageFile(
      key,
      format.encode(input),
      () => records,
      (now) => (bytes = now),
    );
  }

  async #stageManifest(): Promise<void> {
    const files = this.#staged.map(({ file }) => file);
    const bytes = manifestBytes(this.#request.facts, files);
    await this.#stageFile(manifestKey(this.#naming), once(bytes));
  }

  async #stageFile(
    key: string,
    chunks: AsyncIterable<Uint8Array>,
    records = () => 0,
    onBytes: (bytes: number) => void = () => undefined,
  ): Promise<void> {
    const { signal, onProgress } = this.#request;
    const writer = await this.#open(key);
    const before = this.#bytes;
    const staged = await stageFile({
      key,
      writer,
      chunks,
      records,
      signal,
      hash: contentHash(this.#request.destination),
      onBytes: (bytes) => {
        onBytes(bytes);
        this.#bytes = before + bytes;
        onProgress?.(this.#rows.records, this.#bytes);
      },
    });
    this.#staged.push(staged);
  }

  /** Every file but the first has to be recorded: the claim was made with that one's descriptor. */
  async #open(key: string): Promise<StagedWriter> {
    const { destination, token, interval, label, record, signal } =
      this.#request;
    const descriptor = destination.describeStaged(key, token);
    if (this.#staged.length > 0) await record(descriptor);
    return destination.stage({
      descriptor,
      interval,
      label,
      record,
      signal,
      columns: this.#columns,
      origin: this.#origin,
    });
  }

  #run(): StagedRun {
    const staged = this.#staged;
    const { records } = this.#rows;
    return {
      files: records === 0 ? [] : staged.map(({ file }) => file),
      records,
      bytes: this.#bytes,
      publish: async (fence) => {
        for (const { writer } of staged) await writer.publish(fence);
      },
      discard: async () => {
        for (const { writer } of staged) await writer.discard();
      },
    };
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- it never waits
async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
