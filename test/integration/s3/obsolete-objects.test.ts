import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { validateDefinition } from "../../../src/definition/read-definition.js";
import { updateExport } from "../../../src/operations/exports/update-export.js";
import {
  createEvents,
  createInstallation,
  type Installation,
  start,
  until,
} from "../backfill/installation.js";
import { stepsOf } from "../backfill/loose-activities.js";
import { addEventExport, eventDefinition } from "../client/event-exports.js";
import {
  connectToS3,
  describeWithS3,
  s3Keys,
  type S3Server,
} from "../servers/s3-server.js";
import { type Bucket, createBucket } from "./bucket.js";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.js";

const day = { start: "2024-03-01", end: "2024-03-02" };
const jsonl = { type: "jsonl", compression: "none" };
const csv = { type: "csv", compression: "none" };

describeWithS3("what an earlier export of an interval left", () => {
  let server: S3Server;
  let proxy: FaultProxy;
  let refill: Installation;
  let bucket: Bucket;
  beforeAll(async () => {
    server = connectToS3();
    proxy = await startFaultProxy(server.endpoint);
    bucket = await createBucket(server);
    refill = await createInstallation({
      env: {
        REFILL_SECRET_S3_ID: s3Keys.accessKeyId,
        REFILL_SECRET_S3_KEY: s3Keys.secretAccessKey,
      },
    });
    await createEvents(refill.pool, { ...day, every: "1 hour" });
  });
  afterAll(async () => {
    await refill.remove();
    await proxy.close();
    server.close();
  });
  beforeEach(() => {
    proxy.decide(() => "pass");
  });

  function changesOf(name: string, format: object) {
    return {
      format,
      destination: {
        type: "s3",
        bucket: bucket.name,
        prefix: name,
        endpoint: proxy.endpoint,
        access_key_id: "env:REFILL_SECRET_S3_ID",
        secret_access_key: "env:REFILL_SECRET_S3_KEY",
        key: "{data_interval_start}-{data_interval_end}",
      },
    };
  }

  async function update(name: string, format: object) {
    const definition = eventDefinition(name, changesOf(name, format));
    await updateExport(refill.context, {
      export: name,
      team: null,
      definition: validateDefinition(definition),
    });
  }

  async function begun(name: string) {
    const { id } = await start(refill.context, { ...day, export: name });
    const steps = stepsOf(refill, id, "late");
    await steps.plan();
    return steps;
  }

  async function exported(name: string) {
    const steps = await begun(name);
    expect(await steps.exportFirst()).toMatchObject({ completed: 1 });
    await steps.finish();
  }

  async function suffixesOf(name: string): Promise<readonly string[]> {
    const objects = await bucket.list();
    return objects
      .filter((key) => key.startsWith(`${name}/`))
      .map((key) => key.slice(key.lastIndexOf(".")));
  }

  test("is not removed by an attempt that is late once a newer one has written it again", async () => {
    await addEventExport(refill.context, "late", changesOf("late", jsonl));
    await exported("late");
    let wake: () => void = () => undefined;
    const awake = new Promise<void>((resolve) => (wake = resolve));
    let removals = 0;
    proxy.decide(async ({ query }) => {
      if (!query.has("delete")) return "pass" as const;
      removals += 1;
      await awake;
      return "pass" as const;
    });
    await update("late", csv);
    const late = await begun("late");
    const removing = late.exportFirst();
    await until(() => Promise.resolve(removals === 1 ? true : null));
    // Its backfill goes on without it, and then the first form is wanted again.
    await late.finish();
    await update("late", jsonl);
    let isPublished = false;
    const third = exported("late").then(() => (isPublished = true));
    await until(async () =>
      isPublished || (await isClaimWaiting()) ? true : null,
    );
    wake();
    expect(await removing).toMatchObject({ completed: 1 });
    await third;
    expect(await suffixesOf("late")).toEqual([".jsonl"]);
  });

  test("is removed by the next export where the one before died before it could", async () => {
    await addEventExport(refill.context, "died", changesOf("died", jsonl));
    await exported("died");
    proxy.decide(({ query }) =>
      query.has("delete") ? { status: 403, code: "AccessDenied" } : "pass",
    );
    await update("died", csv);
    await exported("died");
    expect(await suffixesOf("died")).toEqual([".csv", ".jsonl"]);
    proxy.decide(() => "pass");
    await exported("died");
    expect(await suffixesOf("died")).toEqual([".csv"]);
  });

  /** Whether a statement of the ledger waits for a lock: the claim's is the only one held. */
  async function isClaimWaiting(): Promise<boolean> {
    const { rowCount } = await refill.pool.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rowCount !== 0;
  }
});
