// Runs the unit tests, then the integration tests, and ends with one line that counts them. Arguments are passed to jest.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCheck } from "./run-check.mjs";
import { addCounts, countsLine, countsOf, noCounts } from "./test-counts.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const jest = join(
  createRequire(import.meta.url).resolve("jest/package.json"),
  "../bin/jest.js",
);
const folder = await mkdtemp(join(tmpdir(), "refill-jest-"));

// Temporal's native core and webpack's bundles stay in memory between test files; 2 GB is plenty, and known.
const memory = "--max-old-space-size=2048";

const exitWithinMs = 60_000;

try {
  // It takes minutes, so it runs beside the tests. A selection of them is run without it.
  const checked = process.argv.length > 2 ? noCounts : runCheck();
  const unit = await runProject("unit", []);
  const integration = await runProject("integration", ["--runInBand"]);
  const total = addCounts(addCounts(unit, integration), await checked);
  process.stdout.write(`${countsLine(total)}\n`);
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function runProject(project, extra) {
  const outputFile = join(folder, `${project}.json`);
  const exitCode = await run(
    [
      "--selectProjects",
      project,
      "--json",
      "--outputFile",
      outputFile,
      "--passWithNoTests",
      ...extra,
      ...process.argv.slice(2),
    ],
    outputFile,
  );
  const counts = countsOf(await resultsIn(outputFile));
  // jest failed though no test did: a broken set-up, or a crash. That must not pass for success.
  return exitCode !== 0 && counts.failed === 0
    ? addCounts(counts, { ...noCounts, failed: 1 })
    : counts;
}

/**
 * jest prints people's output to stderr; with --outputFile its stdout says only where the file is. That is the last thing it
 * writes: when it goes on running, something that a test left open holds it, which counts as a failure.
 */
function run(args, outputFile) {
  const child = spawn(process.execPath, [memory, jest, ...args], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const watch = setInterval(() => {
    if (!existsSync(outputFile)) return;
    clearInterval(watch);
    kill = setTimeout(() => {
      process.stderr.write(
        `test: jest is done, but did not end within ${exitWithinMs / 1_000} s: ending it, and counting that as a failure\n`,
      );
      child.kill("SIGKILL");
    }, exitWithinMs);
  }, 1_000);
  let kill;
  const ended = (code) => {
    clearInterval(watch);
    clearTimeout(kill);
    return code ?? 1;
  };
  return new Promise((resolve) => {
    child.once("exit", (code) => resolve(ended(code)));
    child.once("error", () => resolve(ended(1)));
  });
}

async function resultsIn(path) {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return null;
  }
}
