import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createDestination } from "../../src/transfer/destinations/destination-registry.js";
import { createFormat } from "../../src/transfer/formats/format-registry.js";
import type { RowStream, Source } from "../../src/transfer/source.js";
import {
  stageRun,
  type StageRunRequest,
} from "../../src/transfer/stage-run.js";

/** A source that holds its chunks in memory: each with the rows in it, a header with none. */
function sourceOf(chunks: readonly (readonly [string, number] | Error)[]) {
  let closed = 0;
  const rows = (): RowStream => {
    let records = 0;
    return {
      get records() {
        return records;
      },
      // eslint-disable-next-line @typescript-eslint/require-await -- it never waits
      async *[Symbol.asyncIterator]() {
        try {
          for (const chunk of chunks) {
            if (chunk instanceof Error) throw chunk;
            records += chunk[1];
            yield Buffer.from(chunk[0]);
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
    definition: { type: "files", path, key: "unused" },
    filesRoot: root,
  });
  return {
    source,
    format,
    destination,
    descriptor: destination.describeStaged("a.csv.gz", 7),
    key: "a.csv.gz",
    interval: { startMs: 0, endMs: 1 },
    label: "test",
    signal: new AbortController().signal,
  };
}

const filesThere = async () =>
  (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);

test("a run is staged hidden, then published with its true size, count and SHA-256", async () => {
  const { source } = sourceOf([
    ["name\n", 0],
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

test("a run without a row makes no file, header or not, and publishing it does nothing", async () => {
  for (const chunks of [[], [["name\n", 0] as const]]) {
    const { source, closed } = sourceOf(chunks);
    const staged = await stageRun(request(source));
    expect(staged).toMatchObject({ files: [], records: 0, bytes: 0 });
    await staged.publish();
    await staged.discard();
    expect(await filesThere()).toEqual([]);
    expect(closed()).toBe(1);
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
