import type { StoredBytes } from "../../stored-bytes.js";
import { ByteSource } from "./byte-source.js";
import { ColumnReader } from "./column-reader.js";
import { pageDecompressor } from "./decompress-page.js";
import { type Footer, readFooter, type StoredRowGroup } from "./footer.js";
import { notOurParquet } from "./not-our-parquet.js";
import { RowBytes } from "./row-bytes.js";

const magic = "PAR1";
/** After the metadata: its length, and the format's name. */
const tailBytes = 8;

/**
 * The rows of a Parquet file that Refill wrote, as `RowBytes` has them. Holds one row group as it is stored, and a page
 * of each column. What is yielded holds until the next is asked for.
 * @throws RefillError DESTINATION_DATA_INVALID
 */
export async function* storedRows(
  file: StoredBytes,
): AsyncGenerator<Uint8Array> {
  const footer = await footerOf(file);
  const row = new RowBytes(footer.schemaDigest);
  const bytes = new ByteSource(file.read(0));
  try {
    await bytes.take(magic.length);
    for (const group of footer.rowGroups) {
      yield* rowsOf(group, await openColumns(footer, group, bytes), row);
    }
  } finally {
    await bytes.close();
  }
}

async function footerOf({ sizeBytes, read }: StoredBytes): Promise<Footer> {
  if (sizeBytes < tailBytes) throw notOurParquet("one that is too short");
  const tail = Buffer.from(
    await takeAt(read, sizeBytes - tailBytes, tailBytes),
  );
  const metadataBytes = tail.readUInt32LE(0);
  const start = sizeBytes - tailBytes - metadataBytes;
  if (tail.toString("latin1", 4) !== magic || start < 0) {
    throw notOurParquet("one with another end");
  }
  return readFooter(await takeAt(read, start, metadataBytes));
}

async function takeAt(
  read: StoredBytes["read"],
  fromByte: number,
  sizeBytes: number,
): Promise<Uint8Array> {
  const bytes = new ByteSource(read(fromByte));
  try {
    return await bytes.take(sizeBytes);
  } finally {
    await bytes.close();
  }
}

/** Chunks lie one after the other, as they are listed: so the file is read once, in its order. */
async function openColumns(
  { columns }: Footer,
  { chunks }: StoredRowGroup,
  bytes: ByteSource,
): Promise<readonly ColumnReader[]> {
  const decompress = await pageDecompressor(chunks[0]?.codec ?? 0);
  const readers: ColumnReader[] = [];
  for (const [index, column] of columns.entries()) {
    const chunk = chunks[index];
    if (chunk === undefined)
      throw notOurParquet("a row group with fewer columns");
    const stored = await bytes.take(chunk.sizeBytes);
    readers.push(new ColumnReader(column, stored, decompress));
  }
  return readers;
}

async function* rowsOf(
  { rows }: StoredRowGroup,
  columns: readonly ColumnReader[],
  row: RowBytes,
): AsyncGenerator<Uint8Array> {
  for (let count = 0; count < rows; count += 1) {
    for (const column of columns) {
      if (!column.hasRow) await column.readPage();
      column.append(row);
    }
    yield row.take();
  }
}
