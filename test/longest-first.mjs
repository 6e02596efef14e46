// The order of test files: those that take longest first, so that no lane works on one of them while the others have ended.
import { statSync } from "node:fs";

/** Measured in three lanes, longest first. The rest is in the order of its size. */
const longest = [];

export default class LongestFirst {
  sort(tests) {
    return tests
      .map((test) => ({
        test,
        rank: rankOf(test.path),
        bytes: statSync(test.path).size,
      }))
      .sort((one, other) => one.rank - other.rank || other.bytes - one.bytes)
      .map(({ test }) => test);
  }

  /** For `--onlyFailures`, which nothing is kept for. */
  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {}
}

function rankOf(path) {
  const rank = longest.findIndex((name) =>
    path.endsWith(`/test/integration/${name}.test.ts`),
  );
  return rank === -1 ? longest.length : rank;
}
