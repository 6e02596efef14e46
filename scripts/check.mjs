// The gate: format, lint, types, unused code and commits. `npm test` runs the same beside the tests.
import { availableParallelism } from "node:os";
import { runCheck } from "./run-check.mjs";

const { failed } = await runCheck({ lanes: availableParallelism() });
process.exitCode = failed === 0 ? 0 : 1;
