import { execFile } from "node:child_process";
import { access, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheDirFrom } from "../../dist/config/cache-dir.js";

const run = promisify(execFile);
const packages = ["duckdb==1.5.5", "duckdb-extension-postgres-scanner==1.5.5"];

/** A Python with DuckDB, in the user's cache; null, said on stderr, where it can't be had. */
export async function peerPython() {
  const folder = join(cacheDirFrom(process.env), "bench-duckdb-1.5.5");
  const python = join(folder, "bin", "python");
  const stamp = join(folder, "complete"); // written last
  try {
    await access(stamp);
    return python;
  } catch {
    console.error(`bench: installing ${packages.join(" and ")} from PyPI`);
  }
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await run("python3", ["-m", "venv", folder]);
    await run(python, ["-m", "pip", "install", "--quiet", ...packages]);
    await writeFile(stamp, "");
    return python;
  } catch (error) {
    console.error(`bench: goes on without DuckDB: ${error.message}`);
    return null;
  }
}
