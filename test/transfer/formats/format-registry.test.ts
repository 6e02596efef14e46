import { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { expect, test } from "@jest/globals";
import { createFormat } from "../../../src/transfer/formats/format-registry.js";
import { anyFacts } from "../any-facts.js";
import { formatConformance } from "../../suites/format-conformance.js";

const csv = { type: "csv", header: false, null_text: "", level: null } as const;
const jsonl = { type: "jsonl", level: null } as const;
const asIs = (file: Buffer) => file;

formatConformance("jsonl", {
  format: createFormat({ ...jsonl, compression: "none" }),
  suffix: ".jsonl",
  decode: asIs,
});
formatConformance("jsonl with gzip", {
  format: createFormat({ ...jsonl, compression: "gzip" }),
  suffix: ".jsonl.gz",
  decode: (file) => gunzipSync(file),
});
formatConformance("csv", {
  format: createFormat({ ...csv, compression: "none" }),
  suffix: ".csv",
  decode: asIs,
});
formatConformance("csv with gzip", {
  format: createFormat({ ...csv, compression: "gzip", level: 9 }),
  suffix: ".csv.gz",
  decode: (file) => gunzipSync(file),
});

test("csv asks the source for the text for NULL that the definition names", () => {
  const format = createFormat({ ...csv, compression: "none", null_text: "NA" });
  expect(format.rowEncoding).toEqual({ kind: "csv", nullText: "NA" });
});

test("csv begins each file with its columns' names, quoted where they need it", async () => {
  const format = createFormat({ ...csv, header: true, compression: "none" });
  const names = ["plain", 'the "name"', "a,b", "line\nbreak"];
  const parts: Uint8Array[] = [];
  const file = format.encode({
    columns: names.map((name) => ({
      ...{ name, typeName: "text", type: { kind: "text" } },
    })),
    chunks: Readable.from([{ bytes: Buffer.from("1,2,3,4\n"), rows: 1 }]),
    facts: anyFacts,
  });
  for await (const part of file) parts.push(part);
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
