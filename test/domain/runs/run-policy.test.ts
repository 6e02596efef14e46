import { describe, expect, test } from "@jest/globals";
import {
  afterFailure,
  backoffMs,
} from "../../../src/domain/runs/run-policy.js";

describe("backoffMs", () => {
  const policy = { initialBackoffMs: 2_000, maxBackoffMs: 120_000 };

  test.each([
    [1, 2_000],
    [2, 8_000],
    [3, 32_000],
    [4, 120_000],
    [5, 120_000],
    [10_000, 120_000],
  ])("after attempt %d is %d ms", (attempt, waitMs) => {
    expect(backoffMs(policy, attempt)).toBe(waitMs);
  });

  test("is never longer than the maximum, be the first wait as long as it may", () => {
    const odd = { initialBackoffMs: 300_000, maxBackoffMs: 120_000 };
    expect(backoffMs(odd, 1)).toBe(120_000);
  });
});

describe("afterFailure", () => {
  test.each([
    [1, true, "retry"],
    [4, true, "retry"],
    [5, true, "FailedRetryable"],
    [6, true, "FailedRetryable"],
    [1, false, "Failed"],
    [5, false, "Failed"],
  ])("attempt %d of 5, retryable %p: %s", (attempt, retryable, next) => {
    expect(afterFailure({ attempt, maxAttempts: 5, retryable })).toBe(next);
  });
});
