import { createHash } from "node:crypto";
import type { FileObject } from "../contract/backfill.js";
import type {
  Destination,
  StagedDescriptor,
  StagedRun,
  StagedWriter,
} from "./destination.js";
import type { Format } from "./format.js";
import type { Interval, RowStream, Source } from "./source.js";

export interface StageRunRequest {
  readonly source: Source;
  readonly format: Format;
  readonly destination: Destination;
  readonly descriptor: StagedDescriptor;
  /** The final key, with the format's suffix. */
  readonly key: string;
  readonly interval: Interval;
  /** Names the run to whoever looks at the source's connections. */
  readonly label: string;
  readonly signal: AbortSignal;
  /** Called after each write, with the records read and the bytes written so far. */
  readonly onProgress?: (records: number, bytes: number) => void;
}

/**
 * Copies the rows of one interval to the destination, durable but not yet visible, in constant memory.
 * Without a row there is no file: nothing is staged, and `publish` has nothing to do.
 * On a failure the staged bytes are destroyed first. @throws RefillError SOURCE_*, DESTINATION_*, COUNT_MISMATCH, or the signal's reason
 */
export async function stageRun(request: StageRunRequest): Promise<StagedRun> {
  request.signal.throwIfAborted();
  const rows = request.source.rows(
    {
      interval: request.interval,
      encoding: request.format.rowEncoding,
      label: request.label,
    },
    request.signal,
  );
  const iterator = rows[Symbol.asyncIterator]();
  try {
    const head = await readToFirstRow(rows, iterator);
    return rows.records === 0
      ? emptyRun
      : await stageRows(request, rows, resume(head, iterator));
  } finally {
    await iterator.return?.();
  }
}

const emptyRun: StagedRun = {
  files: [],
  records: 0,
  bytes: 0,
  publish: () => Promise.resolve(),
  discard: () => Promise.resolve(),
};

/** The chunks up to and with the first row: a header comes before it. */
async function readToFirstRow(
  rows: RowStream,
  iterator: AsyncIterator<Uint8Array>,
): Promise<readonly Uint8Array[]> {
  const head: Uint8Array[] = [];
  while (rows.records === 0) {
    const next = await iterator.next();
    if (next.done === true) break;
    head.push(next.value);
  }
  return head;
}

async function* resume(
  head: readonly Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* head;
  for (;;) {
    const next = await iterator.next();
    if (next.done === true) return;
    yield next.value;
  }
}

async function stageRows(
  request: StageRunRequest,
  rows: RowStream,
  chunks: AsyncIterable<Uint8Array>,
): Promise<StagedRun> {
  const writer = await request.destination.stage(request.descriptor);
  try {
    const written = await writeAll(request, rows, chunks, writer);
    request.signal.throwIfAborted();
    await writer.finish();
    return stagedRun(
      { key: request.key, records: rows.records, ...written },
      writer,
    );
  } catch (error) {
    await writer.discard().catch(() => undefined); // the claim still names what is left; this error says why
    throw error;
  }
}

async function writeAll(
  request: StageRunRequest,
  rows: RowStream,
  chunks: AsyncIterable<Uint8Array>,
  writer: StagedWriter,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of request.format.encode(chunks)) {
    const written = writer.write(chunk);
    hash.update(chunk); // while the write is on its way
    await written;
    bytes += chunk.byteLength;
    request.onProgress?.(rows.records, bytes);
  }
  return { bytes, sha256: hash.digest("hex") };
}

function stagedRun(file: FileObject, writer: StagedWriter): StagedRun {
  return {
    files: [file],
    records: file.records,
    bytes: file.bytes,
    publish: () => writer.publish(),
    discard: () => writer.discard(),
  };
}
