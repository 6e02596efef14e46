import { join } from "node:path";
import { expect, test } from "@jest/globals";

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface TestCounts {
  readonly countsOf: (results: unknown) => Counts;
  readonly addCounts: (one: Counts, other: Counts) => Counts;
  readonly countsLine: (counts: Counts) => string;
}

const script = join(import.meta.dirname, "../../scripts/test-counts.mjs");

test("tests that passed, failed and were skipped are counted apart", async () => {
  const { countsOf, countsLine } = await load();
  const counts = countsOf({
    ...jestResult,
    numPassedTests: 7,
    numFailedTests: 2,
    numPendingTests: 1,
  });
  expect(countsLine(counts)).toBe("7 passed, 2 failed, 1 skipped");
});

test("nothing is said about skipped tests when there are none", async () => {
  const { countsOf, countsLine } = await load();
  const counts = countsOf({ ...jestResult, numPassedTests: 7 });
  expect(countsLine(counts)).toBe("7 passed, 0 failed");
});

test("a suite that failed to run counts as a failure, and so does a run without results", async () => {
  const { countsOf } = await load();
  expect(countsOf({ ...jestResult, numRuntimeErrorTestSuites: 1 }).failed).toBe(
    1,
  );
  expect(countsOf(null)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

const jestResult = {
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
};

async function load(): Promise<TestCounts> {
  return (await import(script)) as TestCounts;
}
