import { spawn } from "node:child_process";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A step is a name, a program below node_modules or a script of ours, and its arguments. The longest comes first. */
const allSteps = [
  // No cache: ESLint's knows a file's own text alone, and rules with types depend on other files.
  ["lint", "eslint/bin/eslint.js", "."],
  ["format", "prettier/bin/prettier.cjs", "--check", "--cache", "."],
  ["types", "typescript-7/bin/tsc", "--noEmit"],
  ["types of the page", "typescript-7/bin/tsc", "--noEmit", "-p", "src/web"],
  ["unused code", ...knip()],
  ["code that nothing but tests uses", ...knip("--production")],
  ["commits", "../scripts/check-commits.mjs"],
];

/**
 * Runs all steps and counts as tests are counted: one failure, however many steps fail, and nothing where all pass, for a check
 * is no test. With one lane it runs at low priority, one step after another: beside tests, which mostly wait, it costs them little.
 * Aborting the signal ends it as failed.
 */
export async function runCheck({ lanes = 1, signal, steps = allSteps } = {}) {
  const startedMs = Date.now();
  const left = [...steps];
  let failed = 0;
  const work = async () => {
    for (let step = left.shift(); step !== undefined; step = left.shift()) {
      if (!(await runStep(step, { isQuiet: lanes === 1, signal }))) failed = 1;
    }
  };
  await Promise.all(Array.from({ length: lanes }, work));
  const outcome = failed === 0 ? "passed" : "FAILED";
  say(`${outcome} in ${secondsSince(startedMs)} s`);
  return { passed: 0, failed, skipped: 0 };
}

/** A step's output comes in one piece when it has ended: all of it where it failed, else what it printed of being skipped. */
async function runStep([name, program, ...args], { isQuiet, signal }) {
  const startedMs = Date.now();
  const child = spawn(
    process.execPath,
    [join(root, "node_modules", program), ...args],
    { cwd: root, signal, stdio: ["ignore", "pipe", "pipe"] },
  );
  const stop = () => child.kill();
  process.once("exit", stop);
  if (isQuiet) lowerPriority(child.pid);
  const output = [];
  child.stdout.on("data", (chunk) => output.push(chunk));
  child.stderr.on("data", (chunk) => output.push(chunk));
  const problem = await new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) =>
      resolve(
        code === 0 ? null : `ended with ${signal ?? `exit code ${code}`}`,
      ),
    );
  });
  process.off("exit", stop);
  const text = Buffer.concat(output).toString("utf8");
  if (problem !== null) {
    say(`${name} FAILED (${problem})\n${text}`);
  } else {
    const skipped = /^.*: skipped: .*$/m.exec(text)?.[0];
    say(`${name}: ${skipped ?? `passed in ${secondsSince(startedMs)} s`}`);
  }
  return problem === null;
}

/** By the settings of the build, an import of dist counts as one of the source that it is compiled from. dist has to be there. */
function knip(...args) {
  const settings = ["-t", "tsconfig.build.json", "--no-config-hints"];
  return ["knip/bin/knip.js", ...settings, ...args];
}

function lowerPriority(pid) {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It is gone already, or the system does not let us.
  }
}

function secondsSince(startedMs) {
  return Math.round((Date.now() - startedMs) / 1_000);
}

function say(line) {
  process.stderr.write(`check: ${line}\n`);
}
