import { chmod, chown, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Pool } from "pg";
import { readDevFile } from "../../../src/embedded/dev-file.js";
import { identifyProcess } from "../../../src/embedded/process/process-identity.js";
import { readServerRecords } from "../../../src/embedded/server-records.js";
import { removeServersData } from "../../../src/embedded/servers.js";
import { createPool } from "../../../src/store/database/pool.js";
import {
  closeGate,
  createGate,
  gateCondition,
  runningCopies,
} from "../backfill/gate.js";
import { createEvents, until } from "../backfill/installation.js";
import { eventDefinition, eventSource } from "../client/event-exports.js";
import { makeTestDataDir, shareTemporal } from "../servers/servers.js";
import { type RunningClient, startClient } from "./client.js";
import { workerOf } from "./worker-of.js";

const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65_534, gid: 65_534 };
const everyone = [
  { who: isRoot ? "as root" : "as this user", user: undefined },
  ...(isRoot ? [{ who: "as an ordinary user", user: nobody }] : []),
];

const ready = /^\}$/m;

describe.each(everyone)("refill dev $who", ({ user }) => {
  let home: string;
  let dataDir: string;
  let pool: Pool | null = null;
  const started: RunningClient[] = [];

  beforeEach(async () => {
    home = await makeTestDataDir();
    dataDir = join(home, "data");
    if (user === undefined) return;
    const cache = join(home, ".cache", "refill");
    await mkdir(cache, { recursive: true });
    await shareTemporal(cache);
    await chown(home, user.uid, user.gid);
    await chmod(home, 0o700);
  });

  afterEach(async () => {
    await pool?.end();
    for (const { child, end } of started.splice(0)) {
      child.kill("SIGINT");
      await end;
    }
    await removeServersData(dataDir);
    await removeServersData(home);
  });

  function refill(...args: readonly string[]): RunningClient {
    const own = user === undefined ? {} : { HOME: home };
    const client = startClient([...args, "--data-dir", dataDir], own, user);
    started.push(client);
    return client;
  }

  async function json(...args: readonly string[]): Promise<unknown> {
    const { stdout } = await refill(...args, "--json").end;
    return JSON.parse(stdout);
  }

  /** Makes an export of a table in the embedded database, whose exports wait at a gate. */
  async function addGatedExport(databaseUrl: string) {
    pool = createPool({
      connectionString: databaseUrl,
      max: 2,
      applicationName: "test",
    });
    await createEvents(pool, {
      start: "2024-03-01",
      end: "2024-03-04",
      every: "1 hour",
    });
    await createGate(pool);
    const file = join(home, "events.yaml");
    const source = { ...eventSource, where: gateCondition };
    const definition = eventDefinition("events", { source });
    await writeFile(file, JSON.stringify(definition));
    await json("export", "create", file);
    return pool;
  }

  test("that is killed takes its servers and its worker with it; the next one goes on with the backfill, which a watch follows throughout", async () => {
    const dev = refill("dev", "--json");
    await dev.says("stdout", ready);
    const url = (await readDevFile(dataDir))?.database_url ?? "";
    const database = await addGatedExport(url);
    await closeGate(url);
    const { id } = (await json(
      "backfill",
      "start",
      "events",
      "--end",
      "2024-03-04",
    )) as { readonly id: string };
    const watch = refill("backfill", "watch", id);
    await watch.says("stderr", /^Running .*0\/3 runs/m);
    await until(async () =>
      (await runningCopies(database)) === 3 ? true : null,
    );
    const { postgres, temporal } = await readServerRecords(dataDir);
    const servers = [...postgres.processes, ...temporal.processes];
    expect(servers).toHaveLength(4);
    const worker = await workerOf(dev);

    dev.child.kill("SIGKILL");
    await untilGone(servers.map(({ pid }) => pid));
    await watch.says("stderr", /Waiting for the servers to come back/);

    const next = refill("dev", "--json");
    await next.says("stdout", ready);
    expect(await watch.end).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(
        /^Completed\. Runs: 3 completed\. 72 records/,
      ),
    });
    expect(await readdir(join(dataDir, "exports", "events-1"))).toHaveLength(3);

    // It had its grace, as at any end: what it was exporting is handed over.
    await untilGone([worker]);
    next.child.kill("SIGINT");
    expect((await next.end).exitCode).toBe(0);
  });
});

async function untilGone(pids: readonly number[]): Promise<void> {
  await until(() =>
    Promise.resolve(
      pids.every((pid) => identifyProcess(pid) === null) ? true : null,
    ),
  );
}
