import { Readable } from "node:stream";
import { describe, expect, test } from "@jest/globals";
import type { TextCompression } from "../../../src/definition/formats/text-compression.js";
import { createCompression } from "../../../src/transfer/formats/compress.js";
import { decompress } from "../../../src/transfer/formats/decompress.js";
import { createRecordReader } from "../../../src/transfer/formats/format-registry.js";

const csv = { type: "csv", level: null, null_text: "" } as const;
const jsonl = { type: "jsonl", level: null, numbers: "digits" } as const;

/** The bytes in pieces of one size, each in a buffer that is used again. */
async function* pieces(
  bytes: Uint8Array,
  size: number,
): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(size);
  for (let at = 0; at < bytes.byteLength; at += size) {
    const part = bytes.subarray(at, at + size);
    buffer.set(part);
    yield await Promise.resolve(buffer.subarray(0, part.byteLength));
  }
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of bytes) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

async function records(
  text: string,
  format: Parameters<typeof createRecordReader>[0],
  size = 3,
): Promise<readonly string[]> {
  const found: string[] = [];
  const bytes = Buffer.from(text);
  const file = { sizeBytes: bytes.byteLength, read: () => pieces(bytes, size) };
  for await (const record of createRecordReader(format).stored(file)) {
    found.push(Buffer.from(record).toString());
  }
  return found;
}

describe("a record reader", () => {
  test.each([1, 2, 7, 1_000])(
    "cuts JSONL at line feeds, in pieces of %d bytes",
    async (size) => {
      const format = { ...jsonl, compression: "none" } as const;
      expect(await records('{"a":"x"}\n{}\n', format, size)).toEqual([
        '{"a":"x"}',
        "{}",
      ]);
      expect(await records("", format, size)).toEqual([]);
    },
  );

  test.each([1, 2, 7, 1_000])(
    "leaves line feeds inside quotes of CSV alone, in pieces of %d bytes",
    async (size) => {
      const format = { ...csv, compression: "none", header: true } as const;
      const text = 'a,"b\n"\n1,"x\ny"\n2,"say ""hi""\n"\n3,\n';
      expect(await records(text, format, size)).toEqual([
        '1,"x\ny"',
        '2,"say ""hi""\n"',
        "3,",
      ]);
      const bare = { ...format, header: false } as const;
      expect(await records("1\n2\n", bare, size)).toEqual(["1", "2"]);
    },
  );
});

describe("decompress", () => {
  const text = Buffer.from("some rows, many of them\n".repeat(100_000));

  test.each<TextCompression>(["none", "gzip", "zstd", "brotli"])(
    "gives back what was compressed with %s",
    async (compression) => {
      const codec = createCompression({ compression, level: null });
      const stored = await collect(codec.compress(Readable.from([text])));
      for (const size of [977, 1_000_000]) {
        const restored = decompress(pieces(stored, size), compression);
        expect((await collect(restored)).equals(text)).toBe(true);
      }
    },
  );

  test.each<TextCompression>(["gzip", "zstd", "brotli"])(
    "refuses bytes that are no %s",
    async (compression) => {
      const broken = decompress(
        pieces(text.subarray(0, 5_000), 977),
        compression,
      );
      await expect(collect(broken)).rejects.toMatchObject({
        code: "DESTINATION_DATA_INVALID",
      });
    },
  );

  test.each<TextCompression>(["gzip", "zstd", "brotli"])(
    "refuses %s that was cut short",
    async (compression) => {
      const codec = createCompression({ compression, level: null });
      const stored = await collect(codec.compress(Readable.from([text])));
      const cut = stored.subarray(0, stored.byteLength - 5);
      await expect(
        collect(decompress(pieces(cut, 977), compression)),
      ).rejects.toMatchObject({ code: "DESTINATION_DATA_INVALID" });
    },
  );
});
