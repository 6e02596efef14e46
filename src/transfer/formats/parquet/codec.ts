import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { compressBlock, defaultZstdLevel } from "../zstd.js";

export type ParquetCompression = "zstd" | "snappy" | "gzip" | "none";

/** How pages are compressed. */
export interface PageCodec {
  /** CompressionCodec of parquet.thrift. */
  readonly number: number;
  /** Off the event loop. The page must not change until it resolves. */
  compress(page: Uint8Array): Promise<Uint8Array>;
}

const gzipAsync = promisify(gzip);

/** The level is the codec's own default where null. Snappy and none have none. */
export function pageCodec(
  compression: ParquetCompression,
  level: number | null,
): PageCodec {
  switch (compression) {
    case "none":
      // A copy: the page's memory is for the next one. A Buffer's own slice would share it.
      return {
        number: 0,
        compress: (page) => Promise.resolve(Buffer.from(page)),
      };
    case "snappy":
      return { number: 1, compress: compressWithSnappy };
    case "gzip":
      return {
        number: 2,
        compress: (page) => gzipAsync(page, level === null ? {} : { level }),
      };
    case "zstd":
      return {
        number: 6,
        compress: (page) => compressBlock(page, level ?? defaultZstdLevel),
      };
  }
}

async function compressWithSnappy(page: Uint8Array): Promise<Uint8Array> {
  const { compress } = await import("snappy");
  return compress(Buffer.from(page.buffer, page.byteOffset, page.byteLength));
}
