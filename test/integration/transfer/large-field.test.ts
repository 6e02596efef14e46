import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { FormatDefinition } from "../../../src/definition/formats/format-kinds.js";
import { plainCsv, plainJsonl, zstdParquet } from "./file-of.js";
import { all2001, postgresFixture } from "./postgres-fixture.js";

const MB = 1_000_000;
const postgres = postgresFixture();
let filesRoot: string;

beforeAll(async () => {
  filesRoot = await mkdtemp(join(tmpdir(), "refill-large-"));
  // Of hexadecimal digits that repeat nowhere, between rows as others are.
  await postgres.run(`
    create table large (at timestamptz, n int, text text);
    alter table large alter column text set storage external;
    insert into large select '2001-02-03Z', 0, string_agg(md5(n::text), '') from generate_series(1, 6250000) n;
    insert into large select '2001-02-03Z', n, 'row ' || n from generate_series(1, 1000) n;`);
});
afterAll(() => rm(filesRoot, { recursive: true, force: true }));

/** A process of its own: what it held at most is what the system says of it. */
async function exportLarge(
  format: FormatDefinition,
  query = "select * from large",
) {
  const request = {
    connectionString: postgres.url(),
    filesRoot,
    format,
    query,
    interval: all2001,
  };
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(__dirname, "export-program.mjs"),
    JSON.stringify(request),
  ]);
  return JSON.parse(stdout) as {
    readonly mostBytes: number;
    readonly bytes: number;
  };
}

describe("a field of 200 MB", () => {
  test.each<[string, FormatDefinition, number]>([
    ["JSONL", plainJsonl, 400],
    ["CSV", plainCsv, 400],
    ["Parquet", zstdParquet, 800],
    ["Parquet, not compressed", { ...zstdParquet, compression: "none" }, 800],
  ])("passes in bounded memory: %s", async (_, format, mostMb) => {
    const { mostBytes, bytes } = await exportLarge(format);
    expect(bytes / MB).toBeGreaterThan(90);
    expect(mostBytes / MB).toBeLessThan(mostMb);
  });

  test("three in a row are not held all at once", async () => {
    const three =
      "select large.* from large, generate_series(1, 3) where n = 0";
    const { mostBytes, bytes } = await exportLarge(plainJsonl, three);
    expect(bytes / MB).toBeGreaterThan(600);
    expect(mostBytes / MB).toBeLessThan(600);
  });
});
