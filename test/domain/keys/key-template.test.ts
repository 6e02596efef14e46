import { describe, expect, test } from "@jest/globals";
import {
  keyVariables,
  parseKeyTemplate,
  renderKey,
} from "../../../src/domain/keys/key-template.js";

const march = {
  name: "flights",
  intervalStartMs: Date.UTC(2001, 2, 1, 5),
  intervalEndMs: Date.UTC(2001, 2, 2, 5),
  timeZone: "America/New_York",
};

describe("a key", () => {
  test("is rendered from the interval's start in the export's zone", () => {
    const template =
      "{name}/{year}/{month}/{day}/{hour}{minute}/{data_interval_start}-{data_interval_end}";
    expect(renderKey(template, march)).toBe(
      "flights/2001/03/01/0000/20010301T050000Z-20010302T050000Z",
    );
  });

  test("has the local date where it is another than in UTC", () => {
    const evening = { ...march, intervalStartMs: Date.UTC(2001, 2, 1, 4, 30) };
    expect(renderKey("{year}{month}{day}T{hour}{minute}", evening)).toBe(
      "20010228T2330",
    );
  });

  test("has fixed widths, in the first years too", () => {
    const early = {
      ...march,
      intervalStartMs: Date.UTC(2000, 0, 5) - 1_999 * 31_556_952_000,
      timeZone: "UTC",
    };
    expect(renderKey("{year}{month}{day}", early)).toMatch(/^000[01]\d{4}$/);
  });

  test("may be text alone, or one variable", () => {
    expect(renderKey("a b", march)).toBe("a b");
    expect(renderKey("{name}", march)).toBe("flights");
  });
});

describe("a template", () => {
  test.each(keyVariables)("knows {%s}", (variable) => {
    expect(parseKeyTemplate(`a/{${variable}}`)).toEqual({
      ok: true,
      parts: [
        { kind: "text", text: "a/" },
        { kind: "variable", variable },
      ],
    });
  });

  test("with unknown variables is refused, naming each, what there is, and what was meant", () => {
    const parsed = parseKeyTemplate("{yaer}/{week}");
    expect(parsed).toEqual({
      ok: false,
      problems: [
        "expected one of the variables {name}, {year}, {month}, {day}, {hour}, {minute}, {data_interval_start}, {data_interval_end}; got {yaer}; did you mean {year}?",
        expect.stringContaining("got {week}"),
      ],
    });
  });

  test.each(["{", "}", "{year", "year}", "{{year}}", "a}{b", "{year}}", "{}"])(
    "with stray braces is refused: %s",
    (template) => {
      expect(parseKeyTemplate(template).ok).toBe(false);
    },
  );

  test.each(["{Year}", "{ year}", "{constructor}", "{__proto__}"])(
    "knows no other spelling: %s",
    (template) => {
      expect(parseKeyTemplate(template).ok).toBe(false);
    },
  );
});
