import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { StagedDescriptor } from "../../src/transfer/destination.js";
import { createDestination } from "../../src/transfer/destinations/destination-registry.js";
import { createFormat } from "../../src/transfer/formats/format-registry.js";
import type { RowStream, Source } from "../../src/transfer/source.js";
import {
  stageRun,
  type StageRunRequest,
} from "../../src/transfer/stage-run.js";
import { anyFacts } from "./any-facts.js";
import { binaryRow, text } from "./formats/binary-rows.js";
import { noAccess } from "./no-access.js";

/** Rows of one text each, from lines. */
function rowsOf(lines: string): Buffer {
  const values = lines.split("\n").slice(0, -1);
  return Buffer.concat(values.map((value) => binaryRow(text(value))));
}

/** A source that holds its chunks in memory: each its lines, and how many they are. */
function sourceOf(chunks: readonly (readonly [string, number] | Error)[]) {
  let closed = 0;
  const rows = (): RowStream => {
    let records = 0;
    return {
      get records() {
        return records;
      },
      origin: () => Promise.resolve(null),
      columns: () =>
        Promise.resolve([
          { name: "name", typeName: "text", type: { kind: "text" } },
        ]),
      // eslint-disable-next-line @typescript-eslint/require-await -- it never waits
      async *[Symbol.asyncIterator]() {
        try {
          for (const chunk of chunks) {
            if (chunk instanceof Error) throw chunk;
            records += chunk[1];
            yield { bytes: rowsOf(chunk[0]), rows: chunk[1] };
          }
        } finally {
          closed += 1;
        }
      },
    };
  };
  const source: Pick<Source, "rows"> = { rows };
  return { source: source as Source, closed: () => closed };
}

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "refill-stage-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const format = createFormat({
  type: "csv",
  header: true,
  null_text: "",
  compression: "gzip",
  level: null,
});

function request(source: Source, path = "out"): StageRunRequest {
  const destination = createDestination({
    definition: { type: "files", path, key: "unused", max_file_size_mb: null },
    access: noAccess(root),
  });
  return {
    source,
    format,
    destination,
    key: "a",
    token: 7,
    maxFileBytes: null,
    interval: { startMs: 0, endMs: 1 },
    facts: anyFacts,
    label: "test",
    record: () => Promise.resolve(),
    signal: new AbortController().signal,
  };
}

const filesThere = async () =>
  (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);

test("a run is staged hidden, then published with its true size, count and SHA-256", async () => {
  const { source } = sourceOf([
    ["a\nb\n", 2],
    ["c\n", 1],
  ]);
  const progress: number[][] = [];
  const staged = await stageRun({
    ...request(source),
    onProgress: (...numbers) => progress.push(numbers),
  });
  expect(await filesThere()).toEqual([".a.csv.gz.7.partial"]);
  await staged.publish();
  const file = await readFile(join(root, "out/a.csv.gz"));
  expect(gunzipSync(file).toString()).toBe("name\na\nb\nc\n");
  expect(staged.files).toEqual([
    {
      key: "a.csv.gz",
      records: 3,
      bytes: file.length,
      sha256: createHash("sha256").update(file).digest("hex"),
    },
  ]);
  expect(staged).toMatchObject({ records: 3, bytes: file.length });
  expect(progress.at(-1)).toEqual([3, file.length]);
});

test("a run without a row makes no file, cut into files or not, and publishing it does nothing", async () => {
  for (const maxFileBytes of [null, 1]) {
    const { source } = sourceOf([]);
    const staged = await stageRun({ ...request(source), maxFileBytes });
    expect(staged).toMatchObject({ files: [], records: 0, bytes: 0 });
    await staged.publish();
    await staged.discard();
    expect(await filesThere()).toEqual([]);
  }
});

test("a source that fails in the middle leaves nothing staged, and its error is told", async () => {
  const failure = new Error("went away");
  const { source } = sourceOf([["a\n", 1], failure]);
  await expect(stageRun(request(source))).rejects.toBe(failure);
  expect(await filesThere()).toEqual([]);
});

test("a destination that fails ends the source, and its error is told", async () => {
  const { source, closed } = sourceOf([
    ["a\n", 1],
    ["b\n", 1],
  ]);
  await (await stageRun(request(source, "blocked"))).publish();
  const attempt = stageRun(request(source, "blocked/a.csv.gz/below"));
  await expect(attempt).rejects.toMatchObject({
    code: "DESTINATION_UNWRITABLE",
  });
  expect(closed()).toBe(2);
});

test("an abort before the end leaves nothing staged, and its reason is told", async () => {
  const controller = new AbortController();
  const reason = new Error("cancelled");
  const { source } = sourceOf([["a\n", 1]]);
  const attempt = stageRun({
    ...request(source),
    signal: controller.signal,
    onProgress: () => {
      controller.abort(reason);
    },
  });
  await expect(attempt).rejects.toBe(reason);
  expect(await filesThere()).toEqual([]);
});

const plain = createFormat({
  type: "csv",
  header: true,
  null_text: "",
  compression: "none",
  level: null,
});

const eightRows = Array.from(
  { length: 8 },
  (_, index) => [`row ${String(index)}\n`, 1] as const,
);

test("a run is cut into numbered files, each with its header, and a manifest that is published last", async () => {
  const { source } = sourceOf(eightRows);
  const recorded: StagedDescriptor[] = [];
  const staged = await stageRun({
    ...request(source),
    format: plain,
    maxFileBytes: 20, // the header and three rows, of which the last crosses it
    record: (descriptor) => {
      recorded.push(descriptor);
      return Promise.resolve();
    },
  });
  expect(await filesThere()).toHaveLength(4);
  expect(recorded.map(({ key, token }) => ({ key, token }))).toEqual([
    { key: "a.00002.csv", token: 7 },
    { key: "a.00003.csv", token: 7 },
    { key: "a.manifest.json", token: 7 },
  ]);
  await staged.publish();
  const textOf = (key: string) => readFile(join(root, "out", key), "utf8");
  expect(await textOf("a.00001.csv")).toBe("name\nrow 0\nrow 1\nrow 2\n");
  expect(await textOf("a.00003.csv")).toBe("name\nrow 6\nrow 7\n");
  const manifest = JSON.parse(await textOf("a.manifest.json")) as object;
  expect(manifest).toMatchObject({
    records: 8,
    files: staged.files.slice(0, 3),
  });
  expect(staged.files.map(({ key, records }) => [key, records])).toEqual([
    ["a.00001.csv", 3],
    ["a.00002.csv", 3],
    ["a.00003.csv", 2],
    ["a.manifest.json", 0],
  ]);
  const sizes = staged.files.map(({ bytes }) => bytes);
  expect(staged.bytes).toBe(sizes.reduce((sum, bytes) => sum + bytes, 0));
});

test("a run that loses its claim between two files leaves nothing staged of either", async () => {
  const { source, closed } = sourceOf(eightRows);
  const lost = new Error("claim lost");
  const attempt = stageRun({
    ...request(source),
    format: plain,
    maxFileBytes: 20,
    record: () => Promise.reject(lost),
  });
  await expect(attempt).rejects.toBe(lost);
  expect(await filesThere()).toEqual([]);
  expect(closed()).toBe(1);
});
