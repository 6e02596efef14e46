import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { canonicalJson } from "../../src/domain/canonical-json.js";

describe("canonicalJson", () => {
  test("sorts properties by their UTF-16 code units, at every depth, without spaces", () => {
    expect(
      canonicalJson({ b: [1, { d: null, c: true }], a: "x", B: {}, "": 0 }),
    ).toBe('{"":0,"B":{},"a":"x","b":[1,{"c":true,"d":null}]}');
    // The example of RFC 8785, section 3.2.3.
    expect(
      canonicalJson({
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\ud83d\ude00": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
      }),
    ).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis",' +
        '"\u20ac":"Euro Sign","\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    );
  });

  test("writes numbers as RFC 8785 does", () => {
    expect(canonicalJson([333333333.33333329, 1e30, 4.5, 0.002, -0])).toBe(
      "[333333333.3333333,1e+30,4.5,0.002,0]",
    );
  });

  test("means what was given, and does not change with the order of properties", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(text);
      }),
    );
  });

  test.each([
    [undefined],
    [NaN],
    [Infinity],
    [1n],
    [() => 1],
    [{ a: undefined }],
  ])("%p is refused: it would be lost or unclear", (value) => {
    expect(() => canonicalJson(value)).toThrow(
      expect.objectContaining({ code: "INTERNAL" }),
    );
  });
});
