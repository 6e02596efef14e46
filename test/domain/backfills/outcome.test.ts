import { describe, expect, test } from "@jest/globals";
import { verdictOn } from "../../../src/domain/backfills/outcome.js";

describe("verdictOn", () => {
  test.each([
    ["RUNNING", { kind: "leave" }],
    ["PAUSED", { kind: "leave" }],
    ["CONTINUED_AS_NEW", { kind: "leave" }],
    ["COMPLETED", { kind: "close-by-ledger" }],
    ["FAILED", { kind: "close-by-ledger" }],
    ["CANCELLED", { kind: "close", status: "Cancelled" }],
    ["TERMINATED", { kind: "close", status: "Terminated" }],
    ["TIMED_OUT", { kind: "close", status: "TimedOut" }],
  ])("%s", (name, verdict) => {
    expect(verdictOn(name)).toEqual(verdict);
  });

  test.each(["UNSPECIFIED", "UNKNOWN", "", "running", "PARKED"])(
    "%j is an error and not a guess",
    (name) => {
      expect(() => verdictOn(name)).toThrow(
        expect.objectContaining({ code: "INTERNAL" }),
      );
    },
  );
});
