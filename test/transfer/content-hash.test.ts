import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { contentHash } from "../../src/transfer/content-hash.js";

function hashOf(replacesIntervals: boolean, parts: readonly string[]): string {
  const hash = contentHash({ replacesIntervals });
  for (const part of parts) hash.update(Buffer.from(part));
  return hash.hex();
}

describe("the hash of what was written", () => {
  test("is the SHA-256 of the bytes where bytes are kept", () => {
    const expected = createHash("sha256").update("a\nb\n").digest("hex");
    expect(hashOf(false, ["a\n", "b\n"])).toBe(expected);
  });

  test("does not depend on the order of rows, or on how they are cut, where rows are kept", () => {
    const whole = hashOf(true, ["first\nsecond\nthird\n"]);
    expect(whole).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf(true, ["third\nfir", "st\n", "", "sec", "ond", "\n"])).toBe(
      whole,
    );
    expect(hashOf(true, ["first\nsecond\n"])).not.toBe(whole);
    expect(hashOf(true, ["first\nsecond\nthird\nthird\n"])).not.toBe(whole);
    expect(hashOf(true, [])).toBe("0".repeat(64));
  });
});
