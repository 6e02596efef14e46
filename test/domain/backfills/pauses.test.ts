import { describe, expect, test } from "@jest/globals";
import { pausesOf } from "../../../src/domain/backfills/pauses.js";

/** Commands a second apart, by kind; a number stands for setting the concurrency to it. */
function asked(...kinds: readonly (string | number)[]) {
  return kinds.map((kind, index) => ({
    atMs: (index + 1) * 1_000,
    kind: typeof kind === "number" ? "set-concurrency" : kind,
    concurrency: typeof kind === "number" ? kind : null,
  }));
}

function pauses(...kinds: readonly (string | number)[]) {
  return pausesOf(asked(...kinds), 9_000).map(({ startMs, endMs }) => [
    startMs / 1_000,
    endMs / 1_000,
  ]);
}

describe("the pauses of a backfill", () => {
  test("last from a pause to what ends it, or to the end", () => {
    expect(pauses("start", "pause", "resume", "pause")).toEqual([
      [2, 3],
      [4, 9],
    ]);
    expect(pauses("start", "pause", "cancel", "retry")).toEqual([[2, 4]]);
    expect(pauses("start", "resume", "cancel")).toEqual([]);
  });

  test("are one where a pause is asked for again", () => {
    expect(pauses("pause", "pause", 0, "resume")).toEqual([[1, 4]]);
  });

  test("of a concurrency of 0 end with the next number, others do not", () => {
    expect(pauses(0, 4)).toEqual([[1, 2]]);
    expect(pauses("pause", 4, "resume")).toEqual([[1, 3]]);
    expect(pauses(0, "pause", 4)).toEqual([[1, 9]]);
  });
});
