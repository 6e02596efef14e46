import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import {
  ownSqlFolder,
  readMigrations,
} from "../../../src/store/database/migration-files.js";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "refill-sql-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test("reads the numbered files in order and nothing else", async () => {
  await writeFile(join(folder, "000002.sql"), "select 2;\n");
  await writeFile(join(folder, "000001.sql"), "select 1;\n");
  await writeFile(join(folder, "schema.sql"), "select 0;\n");
  expect(await readMigrations(folder)).toMatchObject([
    { version: 1, name: "000001.sql", sql: "select 1;\n" },
    { version: 2, name: "000002.sql", sql: "select 2;\n" },
  ]);
});

test("refuses a list with a gap, naming the file that is missing", async () => {
  await writeFile(join(folder, "000001.sql"), "select 1;\n");
  await writeFile(join(folder, "000003.sql"), "select 3;\n");
  await expect(readMigrations(folder)).rejects.toThrow(
    /Expected migration 000002\.sql in .*, got 000003\.sql/,
  );
});

test("takes a file for the same with the line ends of another system", async () => {
  await writeFile(join(folder, "000001.sql"), "select 1;\n");
  const [unix] = await readMigrations(folder);
  await writeFile(join(folder, "000001.sql"), "select 1;\r\n");
  const [windows] = await readMigrations(folder);
  expect(windows?.sha256).toBe(unix?.sha256);
});

test("finds the migrations of this package", async () => {
  const [first] = await readMigrations(ownSqlFolder);
  expect(first?.name).toBe("000001.sql");
});
