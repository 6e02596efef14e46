import { execFile } from "node:child_process";
import { access, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheDirFrom } from "../../dist/config/cache-dir.js";

const run = promisify(execFile);
const packages = [
  "duckdb==1.5.5",
  "duckdb-extension-postgres-scanner==1.5.5",
  "adbc-driver-postgresql==1.13.0",
  "pyarrow==26.0.1",
  "connectorx==0.4.6",
  "sqlalchemy==2.1.9",
  "psycopg2-binary==2.9.13",
  "dlt[filesystem,parquet]==1.31.0",
  "sling-linux-amd64==1.4.11",
];

/** A Python with the peers, in the user's cache; null, said on stderr, where it can't be had. */
export async function peerPython() {
  const folder = join(cacheDirFrom(process.env), "bench-peers-1");
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
    console.error(
      `bench: goes on without the peers from PyPI: ${error.message}`,
    );
    return null;
  }
}
