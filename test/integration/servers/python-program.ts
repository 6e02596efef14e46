import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { testCacheDir } from "./servers.js";

/** A program from PyPI for a test. */
export interface PythonProgram {
  readonly path: string;
  /** Why it can't be had here; null when it is there. */
  readonly whyNot: string | null;
}

/** Finds a release of a program, or installs it once into the project's cache. */
export function pythonProgram(name: string, release: string): PythonProgram {
  const folder = join(testCacheDir(), `${name}-${release}`);
  const path = join(folder, "bin", name);
  return { path, whyNot: existsSync(path) ? null : install(folder) };

  function install(into: string): string | null {
    const made = spawnSync("python3", ["-m", "venv", into]);
    if (made.status !== 0) return "python3 with venv is missing";
    const pip = ["-m", "pip", "install", "--quiet", `${name}==${release}`];
    const installed = spawnSync(join(into, "bin", "python3"), pip);
    return installed.status === 0 ? null : "PyPI could not be reached";
  }
}
