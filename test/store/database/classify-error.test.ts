import { describe, expect, test } from "@jest/globals";
import { RefillError } from "../../../src/domain/errors.js";
import {
  describeUnavailable,
  isUnavailable,
} from "../../../src/store/database/classify-error.js";

function failure(facts: Readonly<Record<string, unknown>>): Error {
  return Object.assign(new Error("it went wrong"), facts);
}

describe("isUnavailable", () => {
  test.each([
    { code: "ECONNREFUSED" },
    { code: "ECONNRESET" },
    { code: "ENOTFOUND" },
    { code: "57P01" },
    { code: "57P03" },
    { code: "53300" },
    { code: "08006" },
    { code: "ENOENT", syscall: "connect" },
    { message: "Connection terminated unexpectedly" },
    { message: "timeout exceeded when trying to connect" },
    { message: "", errors: [failure({ code: "ECONNREFUSED" })] },
  ])("holds for a server that is away: %j", (facts) => {
    expect(isUnavailable(failure(facts))).toBe(true);
  });

  test.each([
    { code: "23514" },
    { code: "40P01" },
    { code: "28P01" },
    { code: "57014" },
    { code: "ENOENT", syscall: "open" },
    { code: "42601", message: 'syntax error at "Connection terminated"' },
    {},
  ])("does not hold for a server that answered: %j", (facts) => {
    expect(isUnavailable(failure(facts))).toBe(false);
  });

  test("stands anything that can be thrown", () => {
    expect(isUnavailable(undefined)).toBe(false);
    expect(isUnavailable(null)).toBe(false);
    expect(isUnavailable("ECONNREFUSED")).toBe(false);
  });
});

describe("describeUnavailable", () => {
  test("says that the server could not be reached, and why", () => {
    const refused = failure({
      message: "",
      errors: [
        failure({
          code: "ECONNREFUSED",
          message: "connect ECONNREFUSED ::1:5432",
        }),
      ],
    });
    expect(describeUnavailable(refused)).toMatchObject({
      code: "DATABASE_UNAVAILABLE",
      message: expect.stringContaining("ECONNREFUSED ::1:5432"),
      cause: refused,
    });
  });

  test("tells a refused password from a server that is away", () => {
    expect(describeUnavailable(failure({ code: "28P01" }))).toMatchObject({
      code: "CONFIG_INVALID",
    });
  });

  test("hands on what it has described already, and what it does not know", () => {
    const own = new RefillError("DATABASE_UNAVAILABLE", "away");
    const other = failure({ code: "23505" });
    expect(describeUnavailable(own)).toBe(own);
    expect(describeUnavailable(other)).toBe(other);
  });
});
