import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { testExport } from "../../../src/operations/exports/test-export.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  start,
  until,
  untilClosed,
} from "../backfill/installation.js";
import { stepsOf } from "../backfill/loose-activities.js";
import { ledgerOf } from "../crash/exported-files.js";
import {
  connectToS3,
  describeWithS3,
  s3Keys,
  type S3Server,
} from "../servers/s3-server.js";
import { type Bucket, createBucket } from "./bucket.js";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.js";

const days = { start: "2024-03-01", end: "2024-03-04" };

describeWithS3("a backfill to S3", () => {
  let server: S3Server;
  let proxy: FaultProxy;
  let refill: Installation;
  let bucket: Bucket;
  let secretFolder: string;
  beforeAll(async () => {
    server = connectToS3();
    proxy = await startFaultProxy(server.endpoint);
    bucket = await createBucket(server);
    secretFolder = await mkdtemp(join(tmpdir(), "refill-secrets-"));
    await writeFile(join(secretFolder, "id"), `${s3Keys.accessKeyId}\n`);
    await writeFile(join(secretFolder, "key"), s3Keys.secretAccessKey);
    await writeFile(join(secretFolder, "wrong"), "hunter2-hunter2");
    refill = await createInstallation({
      env: {
        REFILL_SECRET_FOLDER: secretFolder,
        REFILL_ALLOWED_HOSTS: "127.0.0.1",
      },
    });
    await createEvents(refill.pool, { ...days, every: "10 seconds" });
  });
  afterAll(async () => {
    await refill.remove();
    await proxy.close();
    server.close();
    await rm(secretFolder, { recursive: true });
  });

  function createS3Export(
    name: string,
    {
      table = "public.events",
      ...changes
    }: Readonly<Record<string, unknown>> = {},
  ) {
    return createEventsExport(refill.context, {
      name,
      source: {
        type: "postgres",
        connection: "default",
        table,
        timestamp_column: "at",
      },
      destination: {
        type: "s3",
        bucket: bucket.name,
        prefix: name,
        endpoint: server.endpoint,
        access_key_id: "file:id",
        secret_access_key: "file:key",
        key: "{year}/{data_interval_start}",
        ...changes,
      },
    });
  }

  /** Every object under a prefix, but no more, with exactly the bytes that the ledger tells of. */
  async function expectExactObjects(name: string, id: string) {
    const runs = await ledgerOf(refill, id);
    const files = runs.flatMap((run) => run.files ?? []);
    const { Contents = [] } = await server.s3.listObjectsV2({
      Bucket: bucket.name,
      Prefix: `${name}/`,
    });
    expect(Contents.map(({ Key }) => Key).sort()).toEqual(
      files.map(({ key }) => `${name}/${key}`).sort(),
    );
    for (const { key, bytes, sha256 } of files) {
      const object = (await bucket.read(`${name}/${key}`)) ?? Buffer.alloc(0);
      expect(object.byteLength).toBe(bytes);
      expect(createHash("sha256").update(object).digest("hex")).toBe(sha256);
      expect(await bucket.uploads(`${name}/${key}`)).toEqual([]);
    }
    return runs;
  }

  async function linesOf(keys: readonly string[]): Promise<readonly string[]> {
    const objects = await Promise.all(keys.map((key) => bucket.read(key)));
    return Buffer.concat(objects.map((bytes) => bytes ?? Buffer.alloc(0)))
      .toString()
      .trimEnd()
      .split("\n");
  }

  test("writes every row once, and the ledger has each object's size and SHA-256", async () => {
    await createS3Export("plain");
    const worker = refill.startWorker();
    await worker.ready;
    expect(
      (
        await testExport(
          refill.context,
          { export: "plain", team: null },
          new AbortController().signal,
        )
      ).destination.identity,
    ).toBe(`s3:${server.endpoint}/${bucket.name}/plain`);
    const { id } = await start(refill.context, { ...days, export: "plain" });
    const closed = await untilClosed(refill.context, id);
    expect(closed).toMatchObject({
      status: "Completed",
      total_records_count: 25_920n,
    });
    const runs = await expectExactObjects("plain", id);
    const keys = runs.flatMap(({ files }) => files ?? []);
    const lines = await linesOf(keys.map(({ key }) => `plain/${key}`));
    const ids = lines.map((line) => (JSON.parse(line) as { id: number }).id);
    expect(new Set(ids).size).toBe(25_920);
    await worker.stop();
  });

  test("cuts runs into numbered objects, with a manifest that names them", async () => {
    await refill.pool.query(
      `create table public.wide as select *, repeat(md5(name), 8) as text from public.events`,
    );
    await createS3Export("parted", {
      max_file_size_mb: 1,
      table: "public.wide",
    });
    const worker = refill.startWorker();
    const { id } = await start(refill.context, { ...days, export: "parted" });
    expect((await untilClosed(refill.context, id)).status).toBe("Completed");
    const runs = await expectExactObjects("parted", id);
    for (const { files, records } of runs) {
      const [manifest, ...others] = (files ?? []).toReversed();
      expect(others.length).toBeGreaterThan(1);
      expect(manifest?.key).toMatch(/\.manifest\.json$/);
      const text = await bucket.read(`parted/${manifest?.key ?? ""}`);
      expect(JSON.parse(String(text))).toMatchObject({
        records,
        files: others.toReversed(),
      });
    }
    await worker.stop();
  });

  test("fails for good with wrong keys, and its errors hold neither key", async () => {
    await createS3Export("refused", {
      secret_access_key: "file:wrong",
    });
    const worker = refill.startWorker();
    const { id } = await start(refill.context, { ...days, export: "refused" });
    expect((await untilClosed(refill.context, id)).status).toBe("Failed");
    const runs = await ledgerOf(refill, id);
    for (const { status, latest_error } of runs) {
      expect(status).toBe("Failed");
      expect(latest_error).toMatchObject({ code: "DESTINATION_AUTH_FAILED" });
      expect(JSON.stringify(latest_error)).not.toContain("hunter2");
      expect(JSON.stringify(latest_error)).not.toContain(s3Keys.accessKeyId);
    }
    await worker.stop();
  });

  test("is not sent to a host that the worker does not allow", async () => {
    await createS3Export("elsewhere", { endpoint: "http://localhost:9" });
    const worker = refill.startWorker();
    const { id } = await start(refill.context, {
      ...days,
      export: "elsewhere",
    });
    expect((await untilClosed(refill.context, id)).status).toBe("Failed");
    const [run] = await ledgerOf(refill, id);
    expect(run?.latest_error).toMatchObject({ code: "DESTINATION_FORBIDDEN" });
    await worker.stop();
  });

  test("lets the second attempt's result stand when the first hangs in its last request and wakes up after it", async () => {
    await createS3Export("overtaken", { endpoint: proxy.endpoint });
    const { id } = await start(refill.context, {
      ...days,
      export: "overtaken",
    });
    const first = stepsOf(refill, id, "first");
    await first.plan();

    let hangs = 0;
    let wake: (() => void) | null = null;
    const awake = new Promise<void>((resolve) => {
      wake = resolve;
    });
    proxy.decide(async ({ isCompletion }) => {
      if (isCompletion) hangs += 1;
      if (isCompletion && hangs === 1) await awake;
      return "pass" as const;
    });
    const late = first.exportFirst();
    await until(() => Promise.resolve(hangs === 1 ? true : null));
    // The first attempt holds the claim's lock while it publishes: its worker loses the ledger, as in a failing network.
    await endTransactions();

    const second = stepsOf(refill, id, "second");
    expect(await second.exportFirst()).toMatchObject({
      completed: 1,
      records: "8640",
    });
    const [before] = await ledgerOf(refill, id);
    const [file] = before?.files ?? [];
    const object = await bucket.read(`overtaken/${file?.key ?? ""}`);
    (wake as (() => void) | null)?.();

    expect(await late).toMatchObject({ completed: 0, failed: 0 });
    const [after] = await expectExactObjects("overtaken", id);
    expect(after).toEqual(before);
    expect(after).toMatchObject({ attempt: 2, claimed_by: "second" });
    expect(await bucket.read(`overtaken/${file?.key ?? ""}`)).toEqual(object);
  });

  async function endTransactions(): Promise<void> {
    await refill.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and state = 'idle in transaction'`,
    );
  }
});
