import { expect, test } from "@jest/globals";
import { withoutBinaryFrame } from "../../../../src/transfer/sources/postgres/binary-frame.js";
import type { CopyChunk } from "../../../../src/transfer/sources/postgres/copy-out.js";

const header = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
const trailer = Buffer.of(0xff, 0xff);
const row = Buffer.of(0, 1, 0, 0, 0, 2, 0xff, 0xff); // ends as the trailer does

async function read(chunks: readonly CopyChunk[]) {
  // eslint-disable-next-line @typescript-eslint/require-await -- it never waits
  async function* input() {
    yield* chunks;
  }
  const parts: CopyChunk[] = [];
  for await (const part of withoutBinaryFrame(input())) parts.push(part);
  return {
    bytes: Buffer.concat(parts.map(({ bytes }) => bytes)),
    rows: parts.reduce((sum, { messages }) => sum + messages, 0),
  };
}

const chunk = (messages: number, ...parts: readonly Buffer[]): CopyChunk => ({
  bytes: Buffer.concat(parts),
  messages,
});

test("leaves the rows alone, whether or not the trailer comes with the last of them", async () => {
  const expected = { bytes: Buffer.concat([row, row]), rows: 2 };
  expect(await read([chunk(3, header, row, row, trailer)])).toEqual(expected);
  expect(
    await read([chunk(1, header, row), chunk(1, row), chunk(1, trailer)]),
  ).toEqual(expected);
});

test("hands a row that came alone on before it asks for the next, and no others", async () => {
  const asked: string[] = [];
  // eslint-disable-next-line @typescript-eslint/require-await -- it never waits
  async function* input() {
    asked.push("alone");
    yield chunk(1, header, row);
    asked.push("two");
    yield chunk(2, row, row);
    asked.push("trailer");
    yield chunk(1, trailer);
  }
  const seen: string[] = [];
  for await (const { messages } of withoutBinaryFrame(input())) {
    seen.push(`${messages} when asked for ${asked.at(-1) ?? ""}`);
  }
  expect(seen).toEqual(["1 when asked for alone", "2 when asked for trailer"]);
});

test("finds no row where there is none", async () => {
  const none = { bytes: Buffer.alloc(0), rows: 0 };
  expect(await read([chunk(1, header, trailer)])).toEqual(none);
  expect(await read([])).toEqual(none);
});

test("refuses rows without the header or the trailer", async () => {
  const refusal = { code: "INTERNAL" };
  await expect(read([chunk(2, row, trailer)])).rejects.toMatchObject(refusal);
  await expect(
    read([chunk(1, header, row.subarray(0, 7))]),
  ).rejects.toMatchObject(refusal);
});
