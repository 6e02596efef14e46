import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { RefillError } from "../../domain/errors.js";

/** One step of the schema. `sha256` is of its text with Unix line ends, in lower-case hexadecimal. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

/** `sql/` of this package: as far from src/store as from dist/store. */
export const ownSqlFolder = fileURLToPath(
  new URL("../../../sql/", import.meta.url),
);

/**
 * The migrations `000001.sql`, `000002.sql`, ... of a folder, in order and without a gap; other files are not looked at.
 * @throws RefillError INTERNAL when one is missing
 */
export async function readMigrations(
  sqlFolder: string,
): Promise<readonly Migration[]> {
  const names = await readdir(sqlFolder);
  const numbered = names.filter((name) => /^\d{6}\.sql$/.test(name)).sort();
  return Promise.all(
    numbered.map((name, index) => readMigration(sqlFolder, name, index + 1)),
  );
}

async function readMigration(
  folder: string,
  name: string,
  version: number,
): Promise<Migration> {
  if (Number.parseInt(name, 10) !== version) {
    throw new RefillError(
      "INTERNAL",
      `Expected migration ${String(version).padStart(6, "0")}.sql in ${folder}, got ${name}: a file is missing from this installation.`,
    );
  }
  const text = await readFile(join(folder, name), "utf8");
  const sql = text.replaceAll("\r\n", "\n");
  const sha256 = createHash("sha256").update(sql).digest("hex");
  return { version, name, sql, sha256 };
}
