import { describe, expect, test } from "@jest/globals";
import { targetError } from "../../../../src/transfer/destinations/postgres/target-error.js";
import { classifyError } from "../../../../src/transfer/sources/postgres/classify-error.js";

/** Every class of errors in appendix A of the PostgreSQL documentation, and whether what it reports may pass by itself. */
const classes: readonly (readonly [
  name: string,
  source: "passes" | "stays",
  destination: "passes" | "stays",
])[] = [
  ["03", "stays", "stays"],
  ["08", "passes", "passes"],
  ["09", "stays", "stays"],
  ["0A", "stays", "stays"],
  ["0B", "stays", "passes"],
  ["0F", "stays", "stays"],
  ["0L", "stays", "stays"],
  ["0P", "stays", "stays"],
  ["0Z", "stays", "stays"],
  ["10", "stays", "stays"],
  ["20", "stays", "stays"],
  ["21", "stays", "stays"],
  ["22", "stays", "stays"],
  ["23", "stays", "stays"],
  ["24", "stays", "passes"],
  ["25", "passes", "passes"],
  ["26", "passes", "passes"],
  ["27", "stays", "stays"],
  ["28", "stays", "stays"],
  ["2B", "stays", "stays"],
  ["2D", "stays", "stays"],
  ["2F", "stays", "stays"],
  ["34", "passes", "passes"],
  ["38", "stays", "stays"],
  ["39", "stays", "stays"],
  ["3B", "stays", "stays"],
  ["3D", "stays", "stays"],
  ["3F", "stays", "stays"],
  ["40", "passes", "passes"],
  ["42", "stays", "stays"],
  ["44", "stays", "stays"],
  ["53", "passes", "passes"],
  ["54", "stays", "stays"],
  ["55", "stays", "stays"],
  ["57", "passes", "passes"],
  ["58", "passes", "passes"],
  ["72", "passes", "passes"],
  ["F0", "passes", "passes"],
  ["HV", "stays", "stays"],
  ["P0", "stays", "stays"],
  ["XX", "passes", "passes"],
];

const report = (state: string) =>
  Object.assign(new Error("what the server said"), {
    code: state,
    severity: "ERROR",
  });

describe("an error of class", () => {
  test.each(classes)("%s of a source %s", (name, source) => {
    const error = classifyError(report(`${name}Z99`));
    expect(error.retryable).toBe(source === "passes");
  });

  test.each(classes)(
    "%s (at a source it %s) at a destination %s",
    (name, _, destination) => {
      const error = targetError(report(`${name}Z99`));
      expect(error.retryable).toBe(destination === "passes");
    },
  );
});

test.each([
  ["55006", "passes"],
  ["55P03", "passes"],
  ["57P04", "stays"],
  ["58P01", "stays"],
  ["HV00N", "passes"],
  ["25006", "stays"],
  ["XX001", "stays"],
])("an error %s, which its class does not tell, %s", (state, expected) => {
  const isRetryable = expected === "passes";
  expect(classifyError(report(state)).retryable).toBe(isRetryable);
  expect(targetError(report(state)).retryable).toBe(isRetryable);
});
