import { randomBytes } from "node:crypto";
import { expect, test } from "@jest/globals";
import { Decoder } from "@toondepauw/node-zstd";
import {
  compressBlock,
  compressFrames,
} from "../../../src/transfer/formats/zstd.js";

const text = Buffer.from('{"name":"ünï","n":1}\n'.repeat(200_000)); // more than four blocks

test("compresses a block to a frame that holds the same bytes", async () => {
  for (const block of [Buffer.alloc(0), Buffer.from("a"), text]) {
    const frame = await compressBlock(block, 3);
    expect(frame.subarray(0, 4)).toEqual(magic);
    expect((await decompress(frame)).equals(block)).toBe(true);
  }
});

test("obeys the level", async () => {
  const words = ["delay", "distance", "origin", "carrier", "gate", "tail"];
  const block = Buffer.from(
    Array.from(
      { length: 100_000 },
      (_, n) => words[((n * n * 7) % 11) % 6],
    ).join(" "),
  );
  const fast = await compressBlock(block, 1);
  const best = await compressBlock(block, 19);
  expect(best.byteLength).toBeLessThan(fast.byteLength);
});

test("compresses a stream to frames in the order of the stream", async () => {
  const bytes = Buffer.concat([text, randomBytes(3_000_000), text]);
  const file = await collect(compressFrames(cut(bytes, 70_001), 1));
  expect((await decompress(file)).equals(bytes)).toBe(true);
});

test("makes the same file of the same bytes, however they are cut", async () => {
  const one = await collect(compressFrames(cut(text, 1_000_003), 1));
  const other = await collect(compressFrames(cut(text, 64 * 1024), 1));
  expect(one.equals(other)).toBe(true);
});

test("makes a file that readers accept of a stream without a byte", async () => {
  const file = await collect(compressFrames(cut(Buffer.alloc(0), 1), 1));
  expect(file.subarray(0, 4)).toEqual(magic);
  expect(await decompress(file)).toHaveLength(0);
});

test("closes its input when its reader stops, and passes the input's failure on", async () => {
  let closed = false;
  async function* input(): AsyncGenerator<Buffer> {
    try {
      for (;;) yield await Promise.resolve(randomBytes(500_000));
    } finally {
      closed = true;
    }
  }
  for await (const frame of compressFrames(input(), 1)) {
    expect(frame.byteLength).toBeGreaterThan(0);
    break;
  }
  expect(closed).toBe(true);

  const failure = new Error("the source went away");
  async function* failing(): AsyncGenerator<Buffer> {
    yield await Promise.resolve(text);
    throw failure;
  }
  await expect(collect(compressFrames(failing(), 1))).rejects.toBe(failure);
});

const magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** Frame by frame: the decoder of the package reads all that follow each other. */
async function decompress(file: Uint8Array): Promise<Buffer> {
  return new Decoder().decode(Buffer.from(file));
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

// eslint-disable-next-line @typescript-eslint/require-await -- an asynchronous source that never waits
async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) {
    yield bytes.subarray(start, start + size);
  }
}
