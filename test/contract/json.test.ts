import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { toJson } from "../../src/contract/json.js";

describe("toJson", () => {
  test("writes a bigint as a JSON integer with every digit", () => {
    const count = 9_223_372_036_854_775_807n;
    expect(toJson({ count })).toBe('{"count":9223372036854775807}');
    expect(toJson([-1n, 0n])).toBe("[-1,0]");
  });

  test("writes everything else exactly as JSON.stringify does", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2, 4), (value, indent) => {
        expect(toJson(value, indent)).toBe(JSON.stringify(value, null, indent));
      }),
    );
  });

  test("leaves out what JSON has no form for, as JSON.stringify does", () => {
    const value = {
      absent: undefined,
      list: [undefined, () => 1, NaN],
      date: new Date(0),
      empty: {},
    };
    expect(toJson(value)).toBe(JSON.stringify(value));
    expect(toJson(undefined)).toBe("null");
  });
});
