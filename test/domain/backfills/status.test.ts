import { describe, expect, test } from "@jest/globals";
import { statusFromLedger } from "../../../src/domain/backfills/status.js";

describe("the status of a backfill whose runs are all closed", () => {
  const none = { failed: 0, failedRetryable: 0, timedOut: 0, cancelled: 0 };

  test.each([
    ["Completed", {}],
    ["Failed", { failed: 1, failedRetryable: 1, timedOut: 1 }],
    ["FailedRetryable", { failedRetryable: 1 }],
    ["FailedRetryable", { timedOut: 1 }],
    ["Cancelled", { cancelled: 1 }],
    ["Cancelled", { cancelled: 1, failed: 1 }],
  ] as const)("is %s with %j", (status, counts) => {
    expect(statusFromLedger({ ...none, ...counts })).toBe(status);
  });
});
