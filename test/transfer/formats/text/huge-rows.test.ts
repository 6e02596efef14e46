import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { ValueKind } from "../../../../src/transfer/column.js";
import type { ValueWriters } from "../../../../src/transfer/formats/text/column-layouts.js";
import { csvWriters } from "../../../../src/transfer/formats/text/csv-values.js";
import {
  encodeRows,
  type TextLimits,
} from "../../../../src/transfer/formats/text/encode-rows.js";
import { jsonWriters } from "../../../../src/transfer/formats/text/json-values.js";
import type { RowLayout } from "../../../../src/transfer/formats/text/row-layout.js";
import { binaryRow, type Field, int32, jsonb } from "../binary-rows.js";

/** Every row is huge, and every value of more than three bytes. */
const inPieces: TextLimits = { hugeChunkBytes: 0, stretchBytes: 3 };
const whole: TextLimits = { hugeChunkBytes: Infinity, stretchBytes: 3 };

async function piecesOf(
  rows: readonly Buffer[],
  layout: RowLayout,
  limits: TextLimits | undefined,
): Promise<readonly string[]> {
  // eslint-disable-next-line @typescript-eslint/require-await -- it never waits
  async function* chunks() {
    yield { bytes: Buffer.concat(rows), rows: rows.length };
  }
  const pieces: string[] = [];
  for await (const piece of encodeRows(chunks(), layout, limits)) {
    pieces.push(Buffer.from(piece).toString("latin1")); // a character may be cut
  }
  return pieces;
}

async function textOf(
  rows: readonly (readonly Field[])[],
  layout: RowLayout,
  limits: TextLimits,
): Promise<string> {
  const arrived = rows.map((row) => binaryRow(...row));
  return (await piecesOf(arrived, layout, limits)).join("");
}

function layoutOf(
  kinds: readonly ValueKind[],
  writers: ValueWriters,
  nullText: string,
): RowLayout {
  return {
    columns: kinds.map((kind) => {
      const writer = writers[kind];
      if (writer === undefined) throw new Error(`No writer of ${kind}.`);
      return { before: Buffer.from(","), writer };
    }),
    nullText: Buffer.from(nullText),
    end: Buffer.from("\n"),
  };
}

const csvLayout = (kinds: readonly ValueKind[], nullText: string) =>
  layoutOf(
    kinds,
    csvWriters({
      nullText: Buffer.from(nullText),
      isOnlyColumn: kinds.length === 1,
    }),
    nullText,
  );

const characters = ['"', "\\", ",", "\n", "\r", "\t", "\0", "\u001f"];
const anyText = fc
  .array(fc.constantFrom(...characters, "a", "b", "é", "€", "😀"), {
    maxLength: 24,
  })
  .map((parts) => Buffer.from(parts.join("")));
/** That needs no quotes in CSV. */
const plainText = fc
  .array(fc.constantFrom("a", "\\", "é", "😀", " "), { maxLength: 24 })
  .map((parts) => Buffer.from(parts.join("")));
/** White space outside of strings may hold line breaks. */
const json = fc
  .tuple(fc.jsonValue(), fc.constantFrom("", "\n", "\r\n", " \n\n\r"))
  .map(([value, space]) =>
    Buffer.from(space + JSON.stringify(value, null, space) + space),
  );
const values = {
  text: fc.oneof(anyText, plainText),
  json,
  jsonb: fc.jsonValue().map(jsonb),
  bytea: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  int4: fc.integer({ min: -2147483648, max: 2147483647 }).map(int32),
};

const rowsOf = (kinds: readonly (keyof typeof values)[]) =>
  fc.array(
    fc.tuple(
      ...kinds.map((kind) =>
        fc.option<Field>(values[kind], { nil: null, freq: 6 }),
      ),
    ),
    { minLength: 1, maxLength: 4 },
  );

describe("a huge row's text, written in pieces, is that of a row written whole", () => {
  test.each(["digits", "strings"] as const)("as JSON: %s", async (numbers) => {
    const kinds = ["int4", "text", "bytea", "json", "jsonb", "text"] as const;
    const layout = layoutOf(kinds, jsonWriters(numbers), "null");
    await fc.assert(
      fc.asyncProperty(rowsOf(kinds), async (rows) => {
        expect(await textOf(rows, layout, inPieces)).toBe(
          await textOf(rows, layout, whole),
        );
      }),
    );
  });

  test.each(["", "\\N", "aaaa"])(
    "as CSV with NULL as '%s'",
    async (nullText) => {
      const kinds = ["text", "int4", "json", "jsonb", "text"] as const;
      const layout = csvLayout(kinds, nullText);
      await fc.assert(
        fc.asyncProperty(rowsOf(kinds), async (rows) => {
          expect(await textOf(rows, layout, inPieces)).toBe(
            await textOf(rows, layout, whole),
          );
        }),
      );
    },
  );

  test("as base64, whatever remains of a length by three", async () => {
    const layout = layoutOf(["bytea"], jsonWriters("digits"), "null");
    for (let length = 0; length < 20; length += 1) {
      const bytes = Buffer.from(Array.from({ length }, (_, i) => 255 - 7 * i));
      expect(await textOf([[bytes]], layout, inPieces)).toBe(
        `,"${bytes.toString("base64")}"\n`,
      );
    }
  });

  test("as CSV where it would read as something else", async () => {
    const nullWord = csvLayout(["text", "jsonb"], "null");
    const word = Buffer.from("null");
    const row = [word, jsonb(null)];
    expect(await textOf([row], nullWord, inPieces)).toBe(',"null","null"\n');
    const endOfData = Buffer.from("\\.");
    const onlyColumn = csvLayout(["text"], "");
    const limits = { ...inPieces, stretchBytes: 1 };
    expect(await textOf([[endOfData]], onlyColumn, limits)).toBe(',"\\."\n');
  });
});

test("a value of some megabytes comes in pieces of about one, in memory that is used again", async () => {
  const layout = layoutOf(["text", "text"], jsonWriters("digits"), "null");
  const long = "é\n".repeat(2 * 1024 * 1024);
  const rows = [binaryRow(Buffer.from(long), Buffer.from("end"))];
  const pieces = await piecesOf(rows, layout, undefined);
  const largest = Math.max(...pieces.map(({ length }) => length));
  expect(largest).toBeLessThan(1.25 * 1024 * 1024);
  const text = Buffer.from(pieces.join(""), "latin1").toString();
  expect(text === `,${JSON.stringify(long)},"end"\n`).toBe(true);
});
