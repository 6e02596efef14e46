// Prints the commits that change much and say nothing of why; ends with 1 where there are any. `npm run check` runs it.
import { commitsWithoutBody } from "./commits-without-body.mjs";

/** Commits after this one keep the rule. Earlier ones are as they are. */
const since = "6ce48209be6b9a31c7dcbfc1411449016e53529c";

const { skipped, problems } = await commitsWithoutBody({
  cwd: process.cwd(),
  since,
});
if (skipped !== null) process.stdout.write(`commits: skipped: ${skipped}\n`);
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
