/** The counts of no test at all. */
export const noCounts = { passed: 0, failed: 0, skipped: 0 };

/** The counts in a result of jest; null (jest wrote none) counts as one failure, and so does a suite that did not run. */
export function countsOf(results) {
  if (results === null) return { ...noCounts, failed: 1 };
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}

/** The sums of both. */
export function addCounts(one, other) {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  };
}

/** The last line of a test run. */
export function countsLine({ passed, failed, skipped }) {
  const line = `${passed} passed, ${failed} failed`;
  return skipped === 0 ? line : `${line}, ${skipped} skipped`;
}
