import { expect, test } from "@jest/globals";
import {
  quoteIdentifier,
  quoteLiteral,
  timestampLiteral,
} from "../../../../src/transfer/sources/postgres/quote.js";

test.each([
  ["2001-03-01T05:00:00.789Z", "2001-03-01 05:00:00.789+00"],
  ["0001-01-01T00:00:00.000Z", "0001-01-01 00:00:00.000+00"],
  ["0000-12-31T23:59:59.999Z", "0001-12-31 23:59:59.999+00 BC"],
  ["-000043-03-15T11:00:00.000Z", "0044-03-15 11:00:00.000+00 BC"],
  ["+010000-01-01T00:00:00.000Z", "10000-01-01 00:00:00.000+00"],
])("the instant %s is written as %s", (instant, text) => {
  expect(timestampLiteral(Date.parse(instant))).toBe(`timestamptz '${text}'`);
});

test("quotes in names and texts are doubled", () => {
  expect(quoteIdentifier('a"b')).toBe('"a""b"');
  expect(quoteLiteral("a'b")).toBe("'a''b'");
});
