import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { Pool } from "pg";
import { removeServersData } from "../../../src/embedded/servers.js";
import { eventsDefinition } from "../api/api-fixture.js";
import { createEvents } from "../backfill/installation.js";
import {
  type ClientEnd,
  type RunningClient,
  startClient,
} from "../cli/client.js";
import { type Bucket, createBucket } from "../s3/bucket.js";
import {
  connectToS3,
  describeWithS3,
  s3Keys,
  type S3Server,
} from "../servers/s3-server.js";
import { makeTestDataDir, testCacheDir } from "../servers/servers.js";
import { buildOn, type NodeBuild } from "./build-on.js";
import { nodeBinaries, nodeLines } from "./node-binary.js";

interface Dev {
  readonly build: NodeBuild;
  readonly process: RunningClient;
  readonly dataDir: string;
  readonly apiUrl: string;
  readonly databaseUrl: string;
}

const binaries = nodeBinaries();
const ready = /^\}$/m;

describeWithS3("another release of Node", () => {
  if (typeof binaries === "string") {
    test.skip(`builds and runs Refill (skipped: ${binaries})`, () => undefined);
    return;
  }
  let server: S3Server;
  beforeAll(() => {
    server = connectToS3();
  });
  afterAll(() => {
    server.close();
  });

  describe.each(nodeLines)("Node %s", (line) => {
    let dev: Dev;
    beforeAll(async () => {
      dev = await startDev(binaries[line]);
    });
    afterAll(() => endDev(dev));

    test("builds Refill, backfills to Parquet in S3, reads it back and serves the page", async () => {
      await createEventsTable(dev.databaseUrl);
      const bucket = await createBucket(server);
      const name = `node-${line}`;
      const exports = `${dev.apiUrl}/api/projects/1/batch_exports/`;
      await post(exports, definition(name, server, bucket));
      const start = `backfill start ${name} --start 2024-03-01 --end 2024-03-03`;
      const started = await run(dev, `${start} --wait --json`);
      expect(started).toMatchObject({ exitCode: 0 });
      const { id } = JSON.parse(started.stdout) as { id: string };
      expect(await rowsIn(bucket)).toEqual([1_440, 1_440]);

      const verified = await run(dev, `backfill verify ${id} --deep`);
      expect(verified).toMatchObject({ exitCode: 0 });

      const page = await (await fetch(`${dev.apiUrl}/`)).text();
      const [script] = /assets\/page-\w+\.js/.exec(page) ?? [];
      const loaded = await fetch(`${dev.apiUrl}/${script ?? ""}`);
      expect(loaded.headers.get("content-type")).toContain("javascript");

      dev.process.child.kill("SIGINT");
      const end = await dev.process.end;
      expect(end.exitCode).toBe(0);
      expect(end.stderr + started.stderr).not.toMatch(/Warning: /);
    });
  });
});

/** Postgres and Temporal, the worker, the API and the page, all of that Node. */
async function startDev(node: string): Promise<Dev> {
  const build = await buildOn(node);
  const dataDir = await makeTestDataDir();
  const process = startClient(
    ["dev", "--json", "--data-dir", dataDir],
    {
      REFILL_CACHE_DIR: testCacheDir(),
      REFILL_ALLOWED_HOSTS: "127.0.0.1",
      AWS_ACCESS_KEY_ID: s3Keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3Keys.secretAccessKey,
    },
    undefined,
    build,
  );
  await process.says("stdout", ready);
  const written = JSON.parse(
    await readFile(join(dataDir, "dev.json"), "utf8"),
  ) as { readonly api_url: string; readonly database_url: string };
  return {
    build,
    process,
    dataDir,
    apiUrl: written.api_url,
    databaseUrl: written.database_url,
  };
}

async function endDev({ build, process, dataDir }: Dev): Promise<void> {
  process.child.kill("SIGINT");
  await process.end;
  await removeServersData(dataDir);
  await build.remove();
}

/** Runs a command line without blanks in its words. */
function run(dev: Dev, line: string): Promise<ClientEnd> {
  const args = [...line.split(" "), "--data-dir", dev.dataDir];
  return startClient(args, {}, undefined, dev.build).end;
}

function definition(name: string, { endpoint }: S3Server, bucket: Bucket) {
  return {
    ...eventsDefinition(name),
    destination: {
      type: "s3",
      bucket: bucket.name,
      endpoint,
      key: "{name}/{data_interval_start}",
    },
    format: { type: "parquet", compression: "zstd" },
  };
}

async function createEventsTable(connectionString: string): Promise<void> {
  const pool = new Pool({ connectionString });
  try {
    const days = { start: "2024-03-01", end: "2024-03-03" };
    await createEvents(pool, { ...days, every: "1 minute" });
  } finally {
    await pool.end();
  }
}

/** Reads every object as another reader of Parquet does. */
async function rowsIn(bucket: Bucket): Promise<readonly number[]> {
  const rows: number[] = [];
  for (const key of await bucket.list()) {
    const { buffer } = Uint8Array.from((await bucket.read(key)) ?? []);
    const objects = await parquetReadObjects({ file: buffer, compressors });
    expect(Number(parquetMetadata(buffer).num_rows)).toBe(objects.length);
    rows.push(objects.length);
  }
  return rows;
}

async function post(url: string, body: object): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect([url, answer.status, await answer.text()]).toEqual([
    url,
    201,
    expect.any(String),
  ]);
}
