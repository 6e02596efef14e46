import { describe, expect, test } from "@jest/globals";
import { parseTableName } from "../../src/domain/table-name.js";

describe("the name of a table", () => {
  test.each([
    ["public.flights", "public", "flights"],
    ["Public.Flights_2001", "public", "flights_2001"],
    ['public."My table"', "public", "My table"],
    ['"a.b"."say ""hi"""', "a.b", 'say "hi"'],
    ["schéma.Überflüge", "schéma", "Überflüge"],
  ])("%s is read as SQL does", (text, schema, name) => {
    expect(parseTableName(text)).toEqual({ schema, name });
  });

  test.each([
    "flights",
    "a.b.c",
    "a.",
    ".b",
    "a b.c",
    "1a.b",
    '"a.b',
    'a."b"c',
    "a.b; drop table c",
    `a.${"b".repeat(64)}`,
    `"${"ü".repeat(32)}".b`,
    "",
  ])("%j is none, or lacks its schema", (text) => {
    expect(parseTableName(text)).toBeNull();
  });
});
