import { describe, expect, test } from "@jest/globals";
import { RefillError } from "../../../../src/domain/errors.js";
import { classifyError } from "../../../../src/transfer/sources/postgres/classify-error.js";

const fromServer = (code: string) =>
  Object.assign(new Error("what the server said"), { code, severity: "ERROR" });
const fromSystem = (code: string) =>
  Object.assign(new Error(`connect ${code} 127.0.0.1:5432`), { code });

describe("an error of the source", () => {
  test.each([
    ["28P01", "SOURCE_AUTH_FAILED", false],
    ["28000", "SOURCE_AUTH_FAILED", false],
    ["3D000", "SOURCE_NOT_FOUND", false],
    ["42P01", "SOURCE_NOT_FOUND", false],
    ["42703", "SOURCE_COLUMN_NOT_FOUND", false],
    ["42501", "SOURCE_FORBIDDEN", false],
    ["42601", "SOURCE_QUERY_INVALID", false],
    ["25006", "SOURCE_QUERY_INVALID", false],
    ["P0001", "SOURCE_QUERY_INVALID", false],
    ["22012", "SOURCE_DATA_INVALID", false],
    ["54000", "SOURCE_DATA_INVALID", false],
    ["XX001", "SOURCE_DATA_INVALID", false],
    ["57014", "SOURCE_TIMEOUT", true],
    ["53200", "SOURCE_OUT_OF_MEMORY", true],
    ["40001", "SOURCE_CONFLICT", true],
    ["40P01", "SOURCE_CONFLICT", true],
    ["55000", "SOURCE_NOT_READY", false],
    ["57P04", "SOURCE_NOT_FOUND", false],
    ["55P03", "SOURCE_CONFLICT", true],
    ["57P01", "SOURCE_UNAVAILABLE", true],
    ["57P02", "SOURCE_UNAVAILABLE", true],
    ["57P03", "SOURCE_UNAVAILABLE", true],
    ["08006", "SOURCE_UNAVAILABLE", true],
    ["53100", "SOURCE_UNAVAILABLE", true],
    ["53300", "SOURCE_UNAVAILABLE", true],
    ["XX000", "SOURCE_UNAVAILABLE", true],
  ])("of SQLSTATE %s is %s, retryable: %s", (state, code, retryable) => {
    const error = classifyError(fromServer(state));
    expect(error).toMatchObject({ code, retryable });
    expect(error.message).toContain("what the server said");
    expect(error.details).toEqual({ sqlstate: state });
  });

  test.each(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "ETIMEDOUT", "EPIPE"])(
    "of the system, %s, is worth another try",
    (system) => {
      expect(classifyError(fromSystem(system))).toMatchObject({
        code: "SOURCE_UNAVAILABLE",
        retryable: true,
      });
    },
  );

  test.each([
    fromSystem("SELF_SIGNED_CERT_IN_CHAIN"),
    fromSystem("ERR_TLS_CERT_ALTNAME_INVALID"),
    new Error(
      "SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string",
    ),
    new Error("The server does not support SSL connections"),
  ])("about who the other is cannot pass: %s", (error) => {
    expect(classifyError(error).code).toBe("SOURCE_AUTH_FAILED");
  });

  test("of several addresses is that of the first", () => {
    const error = new AggregateError([fromSystem("ECONNREFUSED")]);
    expect(classifyError(error).message).toContain("ECONNREFUSED");
  });

  test("of Refill's own is handed back as it is", () => {
    const error = new RefillError("COUNT_MISMATCH", "as it is");
    expect(classifyError(error)).toBe(error);
  });

  test("is told in one line", () => {
    const error = Object.assign(fromServer("42601"), { hint: "try\nthis" });
    error.message = "two\n lines.";
    const { message } = classifyError(error);
    expect(message).not.toContain("\n");
    expect(message).toContain("two lines");
  });
});
