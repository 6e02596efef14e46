import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { addCounts, countsOf, noCounts } from "./test-counts.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const jestProgram = join(
  createRequire(import.meta.url).resolve("jest/package.json"),
  "../bin/jest.js",
);

// Temporal's native core stays in memory between test files; 2 GB a process is plenty, and known.
const memory = "--max-old-space-size=2048";

const exitWithinMs = 60_000;

/** Runs jest, and returns the counts of its results. Aborting the signal ends it, with all that its tests started. */
export async function runJest({ args, outputFile, env, signal }) {
  const results = ["--json", "--outputFile", outputFile, "--passWithNoTests"];
  const exitCode = await run([...results, ...args], {
    outputFile,
    env,
    signal,
  });
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
async function run(args, { outputFile, env, signal }) {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [memory, jestProgram, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "inherit"],
    // A process group of its own, to end it with its workers and with what their tests started.
    detached: true,
  });
  const ended = once(child, "exit");
  const kill = () => endGroup(child.pid);
  signal.addEventListener("abort", kill, { once: true });
  let overdue;
  const watch = setInterval(() => {
    if (!existsSync(outputFile)) return;
    clearInterval(watch);
    overdue = setTimeout(() => {
      process.stderr.write(
        `test: jest is done, but did not end within ${exitWithinMs / 1_000} s: ending it, and counting that as a failure\n`,
      );
      kill();
    }, exitWithinMs);
  }, 1_000);
  try {
    const [code] = await ended;
    signal.throwIfAborted();
    return code ?? 1;
  } finally {
    clearInterval(watch);
    clearTimeout(overdue);
    signal.removeEventListener("abort", kill);
  }
}

function endGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

async function resultsIn(path) {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return null;
  }
}
