import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readMetadata } from "../../transfer/formats/parquet/parquet-file.js";
import {
  createEventsExport,
  createInstallation,
  type Installation,
  start,
  untilClosed,
} from "./installation.js";

let refill: Installation;

beforeAll(async () => {
  refill = await createInstallation();
  await refill.pool.query(`
    create table public.events (id bigint, price numeric, at timestamptz, name text);
    insert into public.events values
      (9007199254740993, 1.50, '2024-03-01 12:00Z', null), (2, 'NaN', '2024-03-01 13:00Z', 'NA');`);
  refill.startWorker();
});

afterAll(async () => {
  await refill.remove();
});

/** The one file of a backfill of one day. */
async function fileOf(name: string, format: object): Promise<Buffer> {
  await createEventsExport(refill.context, { name, format });
  const day = { start: "2024-03-01", end: "2024-03-02", export: name };
  const { id } = await start(refill.context, day);
  const closed = await untilClosed(refill.context, id);
  expect(closed.status).toBe("Completed");
  const folder = join(refill.filesRoot, name);
  const [file = "", ...others] = await readdir(folder);
  expect(others).toEqual([]);
  return readFile(join(folder, file));
}

test("numbers: strings and digits reach the file", async () => {
  const jsonl = { type: "jsonl", compression: "none" };
  const rest = '"at":"2024-03-01T12:00:00+00:00","name":null}';
  const digits = await fileOf("digits", { ...jsonl, numbers: "digits" });
  expect(digits.toString().split("\n")[0]).toBe(
    `{"id":9007199254740993,"price":1.50,${rest}`,
  );
  const strings = await fileOf("strings", { ...jsonl, numbers: "strings" });
  expect(strings.toString().split("\n")[0]).toBe(
    `{"id":"9007199254740993","price":"1.50",${rest}`,
  );
});

test("header, null_text and level reach the file", async () => {
  const bare = await fileOf("bare", {
    type: "csv",
    compression: "brotli",
    level: 11,
    header: false,
    null_text: "NA",
  });
  expect(brotliDecompressSync(bare).toString()).toBe(
    '9007199254740993,1.50,2024-03-01 12:00:00+00,NA\n2,NaN,2024-03-01 13:00:00+00,"NA"\n',
  );
  const plain = await fileOf("headed", { type: "csv", level: 9 });
  expect(gunzipSync(plain).toString()).toBe(
    "id,price,at,name\n9007199254740993,1.50,2024-03-01 12:00:00+00,\n2,NaN,2024-03-01 13:00:00+00,NA\n",
  );
});

test.each([
  ["zstd", "ZSTD"],
  ["snappy", "SNAPPY"],
  ["gzip", "GZIP"],
  ["none", "UNCOMPRESSED"],
])("Parquet's compression %s reaches the file", async (compression, codec) => {
  const file = await fileOf(compression, { type: "parquet", compression });
  const [column] = readMetadata(file).row_groups[0]?.columns ?? [];
  expect(column?.meta_data?.codec).toBe(codec);
});
