import { expect, test } from "@jest/globals";
import { ApplicationFailure, CancelledFailure } from "@temporalio/common";
import { RefillError } from "../../src/domain/errors.js";
import { failureCode } from "../../src/telemetry/failure-code.js";

const secret = "postgres://refill:hunter2@db/refill";

test.each([
  [new RefillError("SOURCE_UNAVAILABLE", secret), "SOURCE_UNAVAILABLE"],
  [ApplicationFailure.nonRetryable(secret, "FENCED_OFF"), "FENCED_OFF"],
  [ApplicationFailure.nonRetryable("no", secret), "ApplicationFailure"],
  [new CancelledFailure(secret), "CancelledFailure"],
  [new TypeError(secret), "TypeError"],
  [Object.assign(new Error("no"), { name: secret }), "unknown"],
  [secret, "unknown"],
])(
  "of an error, a span says its code and never its words: %#",
  (error, code) => {
    expect(failureCode(error)).toBe(code);
  },
);
