import { gunzipSync } from "node:zlib";
import { expect, test } from "@jest/globals";
import { createFormat } from "../../../src/transfer/formats/format-registry.js";
import { formatConformance } from "../../suites/format-conformance.js";

const csv = { type: "csv", header: true, null_text: "", level: null } as const;
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

test("csv asks the source for the header and the text for NULL that the definition names", () => {
  const format = createFormat({ ...csv, compression: "none", null_text: "NA" });
  expect(format.rowEncoding).toEqual({
    kind: "csv",
    header: true,
    nullText: "NA",
  });
});

test.each([",", 'a"b', "a\nb", "\r"])(
  "csv refuses %j as the text for NULL, which no reader could tell from a value",
  (null_text) => {
    expect(() =>
      createFormat({ ...csv, compression: "none", null_text }),
    ).toThrow(expect.objectContaining({ code: "DEFINITION_INVALID" }));
  },
);
