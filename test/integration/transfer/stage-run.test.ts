import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { asyncBufferFromFile, parquetMetadataAsync } from "hyparquet";
import type { FormatDefinition } from "../../../src/definition/formats/format-kinds.js";
import { createDestination } from "../../../src/transfer/destinations/destination-registry.js";
import { createFormat } from "../../../src/transfer/formats/format-registry.js";
import { stageRun } from "../../../src/transfer/stage-run.js";
import { anyFacts } from "../../transfer/any-facts.js";
import { noAccess } from "../../transfer/no-access.js";
import { all2001, postgresFixture } from "./postgres-fixture.js";

const postgres = postgresFixture();
const rows = 1_000_000;
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "refill-run-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

function stage(
  format: FormatDefinition,
  query: string,
  options: { signal?: AbortSignal; onProgress?: () => void } = {},
) {
  const destination = createDestination({
    definition: {
      type: "files",
      path: "out",
      key: "unused",
      max_file_size_mb: null,
    },
    access: noAccess(root),
  });
  return stageRun({
    source: postgres.open({ query }),
    format: createFormat(format),
    destination,
    key: "a",
    token: 1,
    maxFileBytes: null,
    interval: all2001,
    facts: anyFacts,
    label: "test",
    record: () => Promise.resolve(),
    signal: options.signal ?? new AbortController().signal,
    ...(options.onProgress === undefined
      ? {}
      : { onProgress: options.onProgress }),
  });
}

const bulk = `select timestamptz '2001-02-03Z' as at, i, repeat(md5(i::text), 6) as text from (select generate_series(1, ${rows}) as i) as g`;
const jsonl = { type: "jsonl", numbers: "digits" } as const;
const plain = { compression: "none", level: null } as const;
const csv = { type: "csv", header: false, null_text: "" } as const;

describe("a million rows", () => {
  test.each<FormatDefinition>([
    { ...jsonl, ...plain },
    { ...jsonl, compression: "gzip", level: 1 },
    { ...csv, ...plain },
    { type: "parquet", compression: "zstd", level: null },
  ])("pass in constant memory, every one of them (%j)", async (format) => {
    const beforeBytes = heldBytes();
    let mostBytes = 0;
    const staged = await stage(format, bulk, {
      onProgress: () => {
        mostBytes = Math.max(mostBytes, heldBytes());
      },
    });
    await staged.publish();
    const [file] = staged.files;
    const read = await readBack(join(root, "out", file?.key ?? ""));
    expect(read).toEqual({
      rows,
      bytes: file?.bytes,
      sha256: file?.sha256,
    });
    expect(staged.records).toBe(rows);
    // The rows are more than 200 MB; garbage that nobody collected yet counts here too.
    expect((mostBytes - beforeBytes) / 1e6).toBeLessThan(150);
  });
});

test("a query that fails late leaves no file", async () => {
  const failing = bulk.replace(
    "i, repeat",
    `1 / (${rows} - i) as ratio, repeat`,
  );
  await expect(stage({ ...jsonl, ...plain }, failing)).rejects.toMatchObject({
    code: "SOURCE_DATA_INVALID",
  });
  expect(
    (await readdir(join(root, "out"))).filter((name) => name.startsWith(".")),
  ).toEqual([]);
});

function heldBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function readBack(path: string) {
  const file = createReadStream(path);
  const hash = createHash("sha256");
  let bytes = 0;
  file.on("data", (chunk) => {
    hash.update(chunk);
    bytes += chunk.length;
  });
  const isParquet = path.endsWith(".parquet");
  const text = path.endsWith(".gz") ? file.pipe(createGunzip()) : file;
  let lines = 0;
  for await (const chunk of text) {
    const piece = chunk as Buffer;
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) {
      lines += 1;
    }
  }
  const rows = isParquet ? await parquetRows(path) : lines;
  return { rows, bytes, sha256: hash.digest("hex") };
}

async function parquetRows(path: string): Promise<number> {
  const file = await asyncBufferFromFile(path);
  return Number((await parquetMetadataAsync(file)).num_rows);
}
