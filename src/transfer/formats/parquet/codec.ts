import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { ParquetFormatDefinition } from "../../../definition/formats/parquet.js";
import { compressBlock, defaultZstdLevel } from "../zstd.js";
import { isMemoryKept } from "./page-buffer.js";

/** How pages are compressed. */
export interface PageCodec {
  /** CompressionCodec of parquet.thrift. */
  readonly number: number;
  /** Off the event loop where the codec can be. The page must not change until it resolves. */
  compress(page: Uint8Array): Promise<Uint8Array>;
}

const gzipAsync = promisify(gzip);

/** The level is the codec's own default where null. Snappy and none have none. */
export function pageCodec(
  compression: ParquetFormatDefinition["compression"],
  level: number | null,
): PageCodec {
  switch (compression) {
    case "none":
      // A copy, where the page's memory is for the next one. A Buffer's own slice would share it.
      return {
        number: 0,
        compress: (page) =>
          Promise.resolve(isMemoryKept(page) ? Buffer.from(page) : page),
      };
    case "snappy":
      return { number: 1, compress: snappy() };
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

/**
 * On the event loop, by a module of WebAssembly that is loaded once: the native package that works off it kept 440 MB
 * of memory for its results, where this takes 150 MB in all.
 */
function snappy(): PageCodec["compress"] {
  let compressor: Promise<(page: Uint8Array) => Uint8Array> | null = null;
  return async (page) => {
    compressor ??= import("hysnappy").then((module) =>
      module.snappyCompressor(),
    );
    return (await compressor)(page);
  };
}
