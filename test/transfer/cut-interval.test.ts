import { describe, expect, test } from "@jest/globals";
import { cutInterval } from "../../src/transfer/cut-interval.js";

describe("an interval that is cut", () => {
  test.each([
    [0, 86_400_000, 2],
    [-5, 10, 4],
    [7, 1_007, 3],
    [0, 3, 16],
    [0, 1, 1],
  ])(
    "from %i to %i into %i pieces is covered once",
    (startMs, endMs, pieces) => {
      const cut = cutInterval({ startMs, endMs }, pieces);
      expect(cut).toHaveLength(Math.min(pieces, endMs - startMs));
      let at = startMs;
      for (const piece of cut) {
        expect(piece.startMs).toBe(at);
        expect(piece.endMs).toBeGreaterThan(at);
        at = piece.endMs;
      }
      expect(at).toBe(endMs);
    },
  );
});
