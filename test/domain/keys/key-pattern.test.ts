import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  canBeSame,
  canContain,
  keyPattern,
} from "../../../src/domain/keys/key-pattern.js";
import { renderKey } from "../../../src/domain/keys/key-template.js";

const piece = fc.constantFrom(
  "{year}",
  "{month}",
  "{day}",
  "{hour}",
  "{minute}",
  "{name}",
  "{data_interval_start}",
  "{data_interval_end}",
  "0",
  "1",
  "20",
  "T",
  "Z",
  "-",
  "a",
  "/",
);
const template = fc.array(piece, { minLength: 1, maxLength: 6 });
const name = fc.constantFrom("a", "20", "01-a");
const instant = fc
  .integer({ min: Date.UTC(1999, 0), max: Date.UTC(2031, 0) })
  .map((ms) => ms - (ms % 60_000));

function rendered(pieces: readonly string[], of: string, startMs: number) {
  return renderKey(pieces.join(""), {
    name: of,
    intervalStartMs: startMs,
    intervalEndMs: startMs + 3_600_000,
    timeZone: "UTC",
  });
}

describe("the pattern of a key", () => {
  test("fits every key that its template renders", () => {
    fc.assert(
      fc.property(template, name, instant, (pieces, of, startMs) => {
        const key = rendered(pieces, of, startMs);
        const pattern = keyPattern(pieces.join(""), of);
        expect(pattern.length).toBe(key.length);
        expect(
          Array.from(key).every((char, at) => pattern[at]?.includes(char)),
        ).toBe(true);
      }),
    );
  });

  test("says of any two templates that render one key that they can", () => {
    fc.assert(
      fc.property(
        template,
        name,
        instant,
        name,
        (pieces, of, startMs, other) => {
          const key = rendered(pieces, of, startMs);
          const one = keyPattern(pieces.join(""), of);
          // The key itself, as a template of another export that has parts of it written out.
          expect(canBeSame(one, keyPattern(key, other))).toBe(true);
          expect(canContain(one, keyPattern(`${key}/x`, other))).toBe(true);
          expect(canBeSame(one, keyPattern(`${key}x`, other))).toBe(false);
          // A longer name is no folder's content: `a.jsonl.gz` does not lie in `a.jsonl`.
          expect(canContain(one, keyPattern(`${key}x`, other))).toBe(false);
        },
      ),
    );
  });

  test.each([
    ["{year}/{month}", "{year}/01", true],
    ["{year}/{month}", "{year}/21", false],
    ["{year}-{month}", "{year}/{month}", false],
    ["{year}{month}{day}", "{data_interval_start}", false],
    ["x/{data_interval_start}", "x/20010301T050000Z", true],
    ["x/{data_interval_start}", "x/20010301T050000Y", false],
    ["{name}/{year}", "flights/{year}", true],
    ["{name}/{year}", "trains/{year}", false],
  ])("%s and %s can be the same: %s", (one, other, expected) => {
    const patterns = [one, other].map((text) => keyPattern(text, "flights"));
    expect(canBeSame(patterns[0] ?? [], patterns[1] ?? [])).toBe(expected);
  });
});
