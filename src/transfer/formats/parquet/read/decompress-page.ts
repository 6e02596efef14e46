import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { zstdCodec } from "../../zstd-codec.js";
import { notOurParquet } from "./not-our-parquet.js";

export type DecompressPage = (
  page: Uint8Array,
  plainBytes: number,
) => Promise<Uint8Array>;

const gunzipAsync = promisify(gunzip);

/** Undoes what `pageCodec` did, by CompressionCodec's number. @throws RefillError DESTINATION_DATA_INVALID */
export async function pageDecompressor(codec: number): Promise<DecompressPage> {
  const decompress = await decompressorOf(codec);
  return async (page, plainBytes) => {
    const plain = await decompress(page, plainBytes).catch((error: unknown) => {
      throw notOurParquet(`a page that is broken (${String(error)})`);
    });
    if (plain.byteLength === plainBytes) return plain;
    throw notOurParquet(
      `a page of ${plain.byteLength} bytes instead of ${plainBytes}`,
    );
  };
}

async function decompressorOf(codec: number): Promise<DecompressPage> {
  switch (codec) {
    case 0:
      return (page) => Promise.resolve(page);
    case 1: {
      const { snappyUncompressor } = await import("hysnappy");
      const uncompress = snappyUncompressor();
      return (page, plainBytes) =>
        Promise.resolve(Uint8Array.from(uncompress(page, plainBytes)));
    }
    case 2:
      return (page) => gunzipAsync(page);
    case 6: {
      const zstd = await zstdCodec();
      return (page) => zstd.decompress(page);
    }
    default:
      throw notOurParquet(`pages in the codec ${codec}`);
  }
}
