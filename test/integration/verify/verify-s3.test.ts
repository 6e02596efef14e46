import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { repairBackfill } from "../../../src/operations/backfills/verify-backfill.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  start,
  untilClosed,
} from "../backfill/installation.js";
import { type Bucket, createBucket } from "../s3/bucket.js";
import {
  connectToS3,
  describeWithS3,
  s3Keys,
  type S3Server,
} from "../servers/s3-server.js";
import { verifierOf } from "./verifier.js";

const days = { start: "2024-03-01", end: "2024-03-11" };

describeWithS3("verifying a backfill to S3", () => {
  let server: S3Server;
  let refill: Installation;
  let bucket: Bucket;
  const { verified, kindsOf } = verifierOf(() => refill);
  beforeAll(async () => {
    server = connectToS3();
    bucket = await createBucket(server);
    process.env["REFILL_SECRET_S3_ID"] = s3Keys.accessKeyId;
    process.env["REFILL_SECRET_S3_KEY"] = s3Keys.secretAccessKey;
    refill = await createInstallation();
    await createEvents(refill.pool, { ...days, every: "3 hours" });
    await refill.pool.query(
      "delete from public.events where at::date = '2024-03-04'",
    );
    refill.startWorker();
  });
  afterAll(async () => {
    delete process.env["REFILL_SECRET_S3_ID"];
    delete process.env["REFILL_SECRET_S3_KEY"];
    await refill.remove();
    server.close();
  });

  async function exported(name: string, format: object) {
    await createEventsExport(refill.context, {
      name,
      format,
      destination: {
        type: "s3",
        bucket: bucket.name,
        prefix: name,
        endpoint: server.endpoint,
        access_key_id: "env:REFILL_SECRET_S3_ID",
        secret_access_key: "env:REFILL_SECRET_S3_KEY",
        key: "{year}/{data_interval_start}-{data_interval_end}",
      },
    });
    const { id } = await start(refill.context, { export: name, ...days });
    const closed = await untilClosed(refill.context, id);
    expect(closed.status).toBe("Completed");
    return id;
  }

  async function objectsOf(name: string): Promise<readonly string[]> {
    const objects = await bucket.list();
    return objects.filter((key) => key.startsWith(`${name}/`)).sort();
  }

  function put(Key: string, Body: Uint8Array) {
    return server.s3.putObject({ Bucket: bucket.name, Key, Body });
  }

  test.each([
    ["parquet", { type: "parquet" }],
    ["csv", { type: "csv", compression: "zstd", header: true }],
  ])(
    "finds objects that were deleted, cut short, changed and added, and repairs them: %s",
    async (name, format) => {
      const id = await exported(name, format);
      expect(await kindsOf(id, true)).toEqual([]);
      const objects = await objectsOf(name);
      expect(objects).toHaveLength(9); // the empty day has none
      const [first = "", second = "", third = "", fourth = ""] = objects;
      await server.s3.deleteObject({ Bucket: bucket.name, Key: first });
      const cut = (await bucket.read(second)) ?? Buffer.alloc(0);
      await put(second, cut.subarray(0, 40));
      const changed = (await bucket.read(third)) ?? Buffer.alloc(0);
      changed[10] = (changed[10] ?? 0) ^ 1;
      await put(third, changed);
      await put(`${fourth}.bak`, Buffer.from("not ours"));
      const emptyDay = `${name}/2024/20240304T000000Z-20240305T000000Z.csv`;
      await put(emptyDay, Buffer.from("not ours"));

      const { verification, findings } = await verified(id);
      expect(findings).toMatchObject([
        { run: 0, kind: "missing", actual: null },
        { run: 1, kind: "changed", actual: { bytes: 40 } },
        { run: 2, kind: "changed", actual: { bytes: changed.byteLength } },
        { run: 3, kind: "extra", actual: { bytes: 8 } },
        { run: 4, kind: "extra", actual: { bytes: 8 } },
      ]);

      const repair = await repairBackfill(refill.context, verification);
      const closed = await untilClosed(refill.context, repair?.id ?? "");
      expect(closed).toMatchObject({
        status: "Completed",
        progress: { total_runs: 3 },
      });
      expect(await kindsOf(closed.id, true)).toEqual([]);
      expect(await kindsOf(id)).toEqual(["3 extra", "4 extra"]);
    },
  );

  test("finds rows that came late to the source by their number, and updated ones by a deep look", async () => {
    const id = await exported("late", { type: "parquet", compression: "gzip" });
    await refill.pool.query(`
      insert into public.events values (1000, '2024-03-04 12:00Z', 'late'), (1001, '2024-03-06 12:30Z', 'late');
      update public.events set name = 'edited' where at = '2024-03-08 12:00Z'`);
    expect(await kindsOf(id)).toEqual(["3 count", "5 count"]);
    expect(await kindsOf(id, true)).toEqual(["3 count", "5 count", "7 rows"]);
  });
});
