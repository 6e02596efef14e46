import { Readable } from "node:stream";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { expect, test } from "@jest/globals";
import { Decoder } from "@toondepauw/node-zstd";
import type { TextCompression } from "../../../src/definition/formats/text-compression.js";
import type { ExportColumn } from "../../../src/transfer/column.js";
import { createFormat } from "../../../src/transfer/formats/format-registry.js";
import { formatConformance } from "../../suites/format-conformance.js";
import { anyFacts } from "../any-facts.js";
import { binaryRow, int32, text } from "./binary-rows.js";

const csv = { type: "csv", header: false, null_text: "", level: null } as const;
const jsonl = { type: "jsonl", level: null, numbers: "digits" } as const;
const columns: readonly ExportColumn[] = [
  { name: "value", typeName: "text", type: { kind: "text" } },
];
const row = (value: string) => binaryRow(text(value));
const rowsOf = (values: readonly string[]) => Buffer.concat(values.map(row));

/** The rows of a file of JSON lines: each parses by itself. */
function rowsOfJson(file: Buffer): Buffer {
  const lines = file.toString().split("\n");
  expect(lines.pop()).toBe("");
  return rowsOf(
    lines.map((line) => (JSON.parse(line) as { value: string }).value),
  );
}

/** The rows of a file of one column, of which every value holds a quote. */
function rowsOfCsv(file: Buffer): Buffer {
  const lines = file.toString().split("\n");
  expect(lines.pop()).toBe("");
  return rowsOf(
    lines.map((line) => {
      const quoted = /^"(.*)"$/.exec(line)?.[1];
      return quoted === undefined ? line : quoted.replaceAll('""', '"');
    }),
  );
}

formatConformance("jsonl", {
  format: createFormat({ ...jsonl, compression: "none" }),
  suffix: ".jsonl",
  columns,
  row,
  decode: rowsOfJson,
});
formatConformance("csv", {
  format: createFormat({ ...csv, compression: "none" }),
  suffix: ".csv",
  columns,
  row,
  decode: rowsOfCsv,
});

const codecs: readonly {
  readonly compression: TextCompression;
  readonly ending: string;
  readonly levels: readonly number[];
  readonly decode: (file: Buffer) => Buffer;
}[] = [
  {
    compression: "gzip",
    ending: ".gz",
    levels: [1, 9],
    decode: (file) => gunzipSync(file),
  },
  {
    compression: "zstd",
    ending: ".zst",
    levels: [1, 19],
    decode: (file) => new Decoder().decodeSync(file),
  },
  {
    compression: "brotli",
    ending: ".br",
    levels: [0, 9],
    decode: (file) => brotliDecompressSync(file),
  },
];

for (const { compression, ending, decode } of codecs) {
  formatConformance(`jsonl with ${compression}`, {
    format: createFormat({ ...jsonl, compression }),
    suffix: `.jsonl${ending}`,
    columns,
    row,
    decode: (file) => rowsOfJson(decode(file)),
  });
  formatConformance(`csv with ${compression}`, {
    format: createFormat({ ...csv, compression }),
    suffix: `.csv${ending}`,
    columns,
    row,
    decode: (file) => rowsOfCsv(decode(file)),
  });
}

test.each(codecs)(
  "$compression makes smaller files at a higher level",
  async ({ compression, levels, decode }) => {
    const values = Array.from(
      { length: 20_000 },
      (_, n) => `{"id":${n},"half":${n / 7},"name":"${(n * n) % 1_009}"}`,
    );
    const rows = rowsOf(values);
    const sizes: number[] = [];
    for (const level of levels) {
      const format = createFormat({ ...jsonl, compression, level });
      const chunks = Readable.from([{ bytes: rows, rows: 20_000 }]);
      const encoded = format.encode({ columns, chunks, facts: anyFacts });
      const parts: Uint8Array[] = [];
      for await (const part of encoded) parts.push(Buffer.from(part));
      const file = Buffer.concat(parts);
      expect(rowsOfJson(decode(file)).equals(rows)).toBe(true);
      sizes.push(file.byteLength);
    }
    expect(sizes[1]).toBeLessThan(sizes[0] ?? 0);
  },
);

test("csv writes NULL as the definition says, and quotes a value that reads so", async () => {
  const format = createFormat({ ...csv, compression: "none", null_text: "7" });
  const chunks = Readable.from([
    {
      bytes: Buffer.concat([
        binaryRow(null, int32(7)),
        binaryRow(text(""), int32(77)),
        binaryRow(text("7"), null),
      ]),
      rows: 3,
    },
  ]);
  const number = { name: "n", typeName: "integer", type: { kind: "int4" } };
  const file = format.encode({
    columns: [...columns, number] as readonly ExportColumn[],
    chunks,
    facts: anyFacts,
  });
  const parts: Uint8Array[] = [];
  for await (const part of file) parts.push(Buffer.from(part));
  expect(Buffer.concat(parts).toString()).toBe('7,"7"\n,77\n"7",7\n');
});

test("csv begins each file with its columns' names, quoted where they need it", async () => {
  const format = createFormat({ ...csv, header: true, compression: "none" });
  const names = ["plain", 'the "name"', "a,b", "line\nbreak"];
  const parts: Uint8Array[] = [];
  const file = format.encode({
    columns: names.map((name) => ({
      name,
      typeName: "text",
      type: { kind: "text" },
    })),
    chunks: Readable.from([
      { bytes: binaryRow(...["1", "2", "3", "4"].map(text)), rows: 1 },
    ]),
    facts: anyFacts,
  });
  for await (const part of file) parts.push(Buffer.from(part));
  expect(Buffer.concat(parts).toString()).toBe(
    'plain,"the ""name""","a,b","line\nbreak"\n1,2,3,4\n',
  );
});

test.each([",", 'a"b', "a\nb", "\r"])(
  "csv refuses %j as the text for NULL, which no reader could tell from a value",
  (null_text) => {
    expect(() =>
      createFormat({ ...csv, compression: "none", null_text }),
    ).toThrow(expect.objectContaining({ code: "DEFINITION_INVALID" }));
  },
);
