// Makes a clone ready to run: packages, compiled sources, Temporal's binary. Each step is done only when it is needed,
// says what it waits for and how long it took. Before `npm ci` there is nothing but Node itself.
import { spawn } from "node:child_process";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

await installPackages();
const reason = await compileReason();
if (reason !== null) await compile(reason);
// Temporal's binary comes over the network, while the workflows and the page are bundled here.
await Promise.all([reason === null ? null : bundle(), findTemporal()]);

async function installPackages() {
  const stale = await packagesProblem();
  if (stale === null) return;
  await step(`installing packages with npm ci (${stale}; about 1 minute)`, () =>
    run("npm", ["ci", "--no-audit", "--no-fund"]),
  );
}

/** npm leaves a copy of the lockfile in node_modules: what it says is installed must be what package-lock.json wants. */
async function packagesProblem() {
  const installed = await readJson("node_modules/.package-lock.json");
  if (installed === null) return "node_modules is missing";
  const wanted = await readJson("package-lock.json");
  const differing = Object.entries(wanted.packages).find(([path, entry]) => {
    if (path === "") return false;
    const present = installed.packages[path];
    if (present === undefined) return entry.optional !== true;
    return present.integrity !== entry.integrity;
  });
  return differing === undefined
    ? null
    : `${differing[0]} is not what package-lock.json says`;
}

/** Without checking types, which takes longer than all else: `npm run check` and `npm run build` do that. */
async function compile(reason) {
  await step(`compiling src to dist (${reason}; about 5 seconds)`, async () => {
    await rm(join(root, "dist"), { recursive: true, force: true });
    await run("npm", ["run", "--silent", "compile"]);
  });
}

async function bundle() {
  await step("bundling the workflows and the page", () =>
    run("npm", ["run", "--silent", "bundle"]),
  );
  await writeFile(join(root, "dist", ".compiled"), "");
}

/** The stamp is written last: a build that failed or was interrupted is not taken for a good one. */
async function compileReason() {
  const compiledMs = await modifiedMs(join(root, "dist", ".compiled"));
  if (compiledMs === null) return "dist is missing";
  const sources = [
    "package-lock.json",
    "tsconfig.json",
    "tsconfig.build.json",
    "package.json",
    "scripts/bundle-workflows.mjs",
    ...(await foldersAndFiles("src")),
  ];
  for (const path of sources) {
    const changedMs = await modifiedMs(join(root, path));
    if (changedMs !== null && changedMs > compiledMs) return `${path} is newer`;
  }
  return null;
}

/** Folders count too: their time changes when a file is removed. */
async function foldersAndFiles(folder) {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const found = [folder];
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await foldersAndFiles(path)));
    else found.push(path);
  }
  return found;
}

async function findTemporal() {
  const { ensureTemporalBinary } =
    await import("../dist/embedded/temporal/temporal-binary.js");
  const { cacheDirFrom } = await import("../dist/config/cache-dir.js");
  const startedMs = Date.now();
  // A build runs in a process group of its own: an interrupt reaches it only this way.
  const interrupt = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.once(signal, () => interrupt.abort());
  }
  try {
    await ensureTemporalBinary({
      cacheDir: cacheDirFrom(process.env),
      say,
      signal: interrupt.signal,
    });
  } catch (error) {
    fail(error.message);
  }
  const seconds = Math.round((Date.now() - startedMs) / 1_000);
  if (seconds > 5) say(`Temporal's server is ready, after ${seconds} s`);
}

async function step(what, work) {
  say(`${what} ...`);
  const startedMs = Date.now();
  await work();
  const seconds = ((Date.now() - startedMs) / 1_000).toFixed(1);
  say(`${what.replace(/ \(.*/, "")}: done in ${seconds} s`);
}

/** Output goes straight to the terminal. Nothing can be asked: there is no input. */
async function run(command, args) {
  const child = spawn(command, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const problem = await new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) =>
      resolve(
        code === 0 ? null : `it ended with ${signal ?? `exit code ${code}`}`,
      ),
    );
  });
  if (problem !== null) fail(`${command} ${args.join(" ")}: ${problem}`);
}

async function readJson(path) {
  try {
    return JSON.parse(await readFile(join(root, path), "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

async function modifiedMs(path) {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

function say(line) {
  process.stderr.write(`setup: ${line}\n`);
}

function fail(message) {
  say(`failed: ${message}`);
  process.exit(1);
}
