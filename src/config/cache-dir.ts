import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import type { Environment } from "./environment.js";

/**
 * The user's cache folder for Refill: REFILL_CACHE_DIR, else as the XDG base directory specification places it.
 * Absolute; a relative REFILL_CACHE_DIR counts from `cwd`.
 */
export function cacheDirFrom(env: Environment, cwd = process.cwd()): string {
  const own = env["REFILL_CACHE_DIR"] ?? "";
  if (own !== "") return resolve(cwd, own);
  const base = env["XDG_CACHE_HOME"];
  // The specification: a path that is not absolute is to be ignored.
  return base !== undefined && isAbsolute(base)
    ? join(base, "refill")
    : join(homedir(), ".cache", "refill");
}
