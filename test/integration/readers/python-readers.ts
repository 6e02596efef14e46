import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { pythonTool } from "../servers/python-tool.js";

export interface PythonReaders {
  /** Null when the readers are there; else why not. */
  readonly missing: string | null;
  /** The values of the columns, by reader, as read-parquet.py tells them. */
  read(path: string, columns: readonly string[]): Promise<ReadersAnswer>;
}

type ReadersAnswer = Readonly<
  Record<"pyarrow" | "duckdb", Readonly<Record<string, readonly unknown[]>>>
>;

/** Readers of Parquet that others wrote. */
export function pythonReaders(): PythonReaders {
  const { whyNot, program } = pythonTool("readers");
  return {
    missing: whyNot,
    read: async (path, columns) => {
      const script = join(__dirname, "read-parquet.py");
      const { stdout } = await promisify(execFile)(
        program("python"),
        [script, path, ...columns],
        { maxBuffer: 2 ** 30 },
      );
      return JSON.parse(stdout) as ReadersAnswer;
    },
  };
}
