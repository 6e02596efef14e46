import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { testCacheDir } from "../servers/servers.js";

/** Exact, so that a test that passes goes on to pass. */
const packages = ["pyarrow==26.0.1", "duckdb==1.5.5"];
const installTimeoutMs = 600_000;

export interface PythonReaders {
  /** Null when the readers are there; else why not. */
  readonly missing: string | null;
  /** The values of the columns, by reader, as read-parquet.py tells them. */
  read(path: string, columns: readonly string[]): Promise<ReadersAnswer>;
}

type ReadersAnswer = Readonly<
  Record<"pyarrow" | "duckdb", Readonly<Record<string, readonly unknown[]>>>
>;

/**
 * Readers of Parquet that others wrote, in a Python environment in the user's cache. The first call installs them from
 * PyPI, and blocks meanwhile: whether tests are skipped has to be known while they are declared.
 */
export function pythonReaders(): PythonReaders {
  const folder = join(testCacheDir(), `readers-${packages.join("-")}`);
  const python = join(folder, "bin", "python");
  return {
    missing: install(folder, python),
    read: async (path, columns) => {
      const script = join(__dirname, "read-parquet.py");
      const { stdout } = await promisify(execFile)(
        python,
        [script, path, ...columns],
        {
          maxBuffer: 2 ** 30,
        },
      );
      return JSON.parse(stdout) as ReadersAnswer;
    },
  };
}

/** The stamp is written last: an environment that was left half-made is made anew. */
function install(folder: string, python: string): string | null {
  const stamp = join(folder, "complete");
  if (existsSync(stamp)) return null;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const failure =
    run("python3", ["-m", "venv", folder]) ??
    run(python, ["-m", "pip", "install", "--quiet", ...packages]);
  if (failure === null) writeFileSync(stamp, "");
  return failure;
}

/** Null when it succeeded. */
function run(command: string, args: readonly string[]): string | null {
  const { status, stderr, error } = spawnSync(command, args, {
    timeout: installTimeoutMs,
    encoding: "utf8",
  });
  if (error !== undefined) return `${command}: ${error.message}`;
  if (status === 0) return null;
  const lastLine = stderr.trim().split("\n").at(-1) ?? "";
  return `${command} ${args.join(" ")}: ${lastLine}`;
}
