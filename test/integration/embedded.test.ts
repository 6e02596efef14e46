import { existsSync } from "node:fs";
import { chmod, chown, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Client as TemporalClient, Connection } from "@temporalio/client";
import { Client } from "pg";
import { devFilePath, readDevFile } from "../../src/embedded/dev-file.js";
import { identifyProcess } from "../../src/embedded/process/process-identity.js";
import { waitUntil } from "../../src/embedded/process/wait-until.js";
import { readServerRecords } from "../../src/embedded/server-records.js";
import { removeServersData } from "../../src/embedded/servers.js";
import {
  makeTestDataDir,
  shareTemporal,
  startOwnServers,
  testCacheDir,
} from "./servers/servers.js";
import { startServersProgram } from "./servers/servers-program.js";

const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65_534, gid: 65_534 };

let dataDir = "";
const cleanUps: (() => Promise<void>)[] = [];

beforeEach(async () => {
  dataDir = await makeTestDataDir();
});

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  await removeServersData(dataDir);
});

describe("the servers", () => {
  test("Postgres 18 keeps UTF-8, syncs to disk, and lets nobody in without the password", async () => {
    const { databaseUrl } = await own();
    const facts = await query(
      databaseUrl,
      `SELECT current_setting('server_version_num')::int / 10000 AS major,
              current_setting('server_encoding') AS encoding,
              current_setting('fsync') AS fsync,
              current_setting('synchronous_commit') AS synchronous_commit,
              current_setting('listen_addresses') AS listen_addresses,
              current_database() AS database`,
    );
    expect(facts).toEqual([
      {
        major: 18,
        encoding: "UTF8",
        fsync: "on",
        synchronous_commit: "on",
        listen_addresses: "127.0.0.1",
        database: "refill",
      },
    ]);
    const wrong = new URL(databaseUrl);
    wrong.password = "wrong";
    await expect(query(wrong.href, "SELECT 1")).rejects.toMatchObject({
      code: "28P01",
    });
  });

  test("a start that is aborted leaves nothing running", async () => {
    const { startServers } = await import("../../src/embedded/servers.js");
    const abort = new AbortController();
    const starting = startServers({
      dataDir,
      cacheDir: testCacheDir(),
      signal: abort.signal,
      say: (line) => {
        if (line.startsWith("Postgres: making")) abort.abort();
      },
    });
    await expect(starting).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(await recordedPids()).toEqual([]);
    expect(existsSync(join(dataDir, "lock"))).toBe(false);
  });

  test("a second start on the same data dir is refused, naming the process; after a stop it goes on with data and ports", async () => {
    const first = await own();
    await query(first.databaseUrl, "CREATE TABLE kept AS SELECT 42 AS answer");
    await expect(own()).rejects.toMatchObject({
      code: "SERVERS_ALREADY_RUNNING",
      details: { pid: process.pid },
    });
    const { pids } = first;
    await first.stop();
    expect(runningOf(pids)).toEqual([]);
    const second = await own();
    expect(second.databaseUrl).toBe(first.databaseUrl);
    expect(second.temporalAddress).toBe(first.temporalAddress);
    expect(await query(second.databaseUrl, "SELECT * FROM kept")).toEqual([
      { answer: 42 },
    ]);
  });

  test("a server that is killed is started again on the same port, and so is one whose keeper is killed", async () => {
    const servers = await own();
    for (const name of ["postgres", "temporal"] as const) {
      const before = servers.pids[name];
      process.kill(before ?? 0, "SIGKILL");
      await until(() => isAnother(servers.pids[name], before));
      const [keeper] = (await readServerRecords(dataDir))[name].processes;
      const again = servers.pids[name];
      process.kill(keeper?.pid ?? 0, "SIGKILL");
      await until(() => isAnother(servers.pids[name], again));
    }
    await until(() => answers(servers.databaseUrl, servers.temporalAddress));
  });

  test("a Temporal that hangs is killed and started again, with the same state", async () => {
    const lines: string[] = [];
    const servers = await startOwnServers({
      dataDir,
      say: (line) => lines.push(line),
      temporalWatch: {
        everyMs: 200,
        answerMs: 2_000,
        looks: 2,
        startMs: 60_000,
      },
    });
    cleanUps.push(() => servers.stop());
    await startWorkflow(servers.temporalAddress, "kept");
    const before = servers.pids.temporal;
    process.kill(before ?? 0, "SIGSTOP");
    await until(() => isAnother(servers.pids.temporal, before));
    await until(() => answers(servers.databaseUrl, servers.temporalAddress));
    expect(await statusOf(servers.temporalAddress, "kept")).toBe("RUNNING");
    expect(lines.join("\n")).toContain("Temporal: runs but gave no answer");
  });

  test("a server that is held stays down until it is released", async () => {
    const servers = await own();
    await servers.hold("temporal");
    expect(servers.pids.temporal).toBeNull();
    await expect(reachTemporal(servers.temporalAddress)).rejects.toThrow();
    await servers.release("temporal");
    await reachTemporal(servers.temporalAddress);
  });
});

describe("when the parent is killed", () => {
  test("the servers stop by themselves, the dev file is stale, and the next start goes on", async () => {
    const program = await startServersProgram({ dataDir });
    cleanUps.push(() => program.end("SIGKILL"));
    await query(program.databaseUrl, "CREATE TABLE kept AS SELECT 1 AS n");
    expect(await readDevFile(dataDir)).toMatchObject({
      pid: program.process.pid,
    });
    const recorded = await recordedPids();
    expect(recorded).toHaveLength(4);
    await program.end("SIGKILL");
    expect(await readDevFile(dataDir)).toBeNull();
    expect(existsSync(devFilePath(dataDir))).toBe(true);
    await until(() => recorded.every((pid) => identifyProcess(pid) === null));
    const servers = await own();
    expect(existsSync(devFilePath(dataDir))).toBe(false);
    expect(await query(servers.databaseUrl, "SELECT n FROM kept")).toEqual([
      { n: 1 },
    ]);
    const log = await readFile(join(dataDir, "logs", "postgres.log"), "utf8");
    expect(log).not.toContain("not properly shut down");
  });

  test("a start right behind it waits for the servers to stop instead of failing", async () => {
    const program = await startServersProgram({ dataDir });
    cleanUps.push(() => program.end("SIGKILL"));
    await program.end("SIGKILL");
    const servers = await own();
    expect(runningOf(program.pids)).toEqual([]);
    await reachTemporal(servers.temporalAddress);
  });

  test("servers whose keepers were killed with it are stopped by the next start", async () => {
    const program = await startServersProgram({ dataDir });
    cleanUps.push(() => program.end("SIGKILL"));
    const { postgres, temporal } = await readServerRecords(dataDir);
    // Stopped first: neither may notice the other's end before it is killed itself.
    program.process.kill("SIGSTOP");
    for (const record of [postgres, temporal]) {
      process.kill(record.processes[0]?.pid ?? 0, "SIGKILL");
    }
    await program.end("SIGKILL");
    expect(runningOf(program.pids)).toHaveLength(2);
    const lines: string[] = [];
    const servers = await own((line) => lines.push(line));
    expect(runningOf(program.pids)).toEqual([]);
    expect(lines.join("\n")).toContain("of an earlier start to stop");
    expect(await answers(servers.databaseUrl, servers.temporalAddress)).toBe(
      true,
    );
  });
});

test("a clean stop of another process leaves neither servers nor a dev file", async () => {
  const program = await startServersProgram({ dataDir });
  cleanUps.push(() => program.end("SIGKILL"));
  const recorded = await recordedPids();
  await program.end("SIGTERM");
  expect(recorded.filter((pid) => identifyProcess(pid) !== null)).toEqual([]);
  expect(existsSync(devFilePath(dataDir))).toBe(false);
});

const asRoot = isRoot ? describe : describe.skip;

asRoot("as root", () => {
  test("a data dir that Postgres's user can't enter works, and its cluster goes with it", async () => {
    const closed = await mkdtemp(join(tmpdir(), "refill-closed-"));
    cleanUps.push(() => removeServersData(closed));
    const first = await startOwnServers({ dataDir: join(closed, "data") });
    cleanUps.push(() => first.remove());
    await query(first.databaseUrl, "CREATE TABLE kept AS SELECT 7 AS n");
    await first.stop();
    const second = await startOwnServers({ dataDir: join(closed, "data") });
    cleanUps.push(() => second.remove());
    expect(await query(second.databaseUrl, "SELECT n FROM kept")).toEqual([
      { n: 7 },
    ]);
    const pointer = join(closed, "data", "postgres-home");
    const home = (await readFile(pointer, "utf8")).trim();
    expect(existsSync(home)).toBe(true);
    await second.remove();
    expect(existsSync(home)).toBe(false);
  });

  test("an ordinary user runs them too, in a closed home, with a copy of the binaries where the package is not theirs", async () => {
    const home = await mkdtemp(join(tmpdir(), "refill-home-"));
    cleanUps.push(() => removeServersData(home));
    await chown(home, nobody.uid, nobody.gid);
    await chmod(home, 0o700);
    await shareTemporal(home);
    const program = await startServersProgram({
      dataDir: join(home, "data"),
      cacheDir: home,
      user: nobody,
    });
    cleanUps.push(() => program.end("SIGKILL"));
    const { postgres } = program.pids;
    const status = await readFile(`/proc/${postgres}/status`, "utf8");
    expect(status).toMatch(/^Uid:\s+65534\s/m);
    expect(await answers(program.databaseUrl, program.temporalAddress)).toBe(
      true,
    );
    await program.end("SIGTERM");
    expect(runningOf(program.pids)).toEqual([]);
  });
});

async function own(say: (line: string) => void = () => undefined) {
  const servers = await startOwnServers({ dataDir, say });
  cleanUps.push(() => servers.stop());
  return servers;
}

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

async function reachTemporal(address: string): Promise<void> {
  const connection = await Connection.connect({
    address,
    connectTimeout: 2_000,
  });
  await connection.close();
}

/** One that no worker will ever take up. */
async function startWorkflow(address: string, id: string): Promise<void> {
  await withClient(address, ({ workflow }) =>
    workflow.start("anything", { workflowId: id, taskQueue: "nobody's" }),
  );
}

async function statusOf(address: string, id: string): Promise<string> {
  return withClient(address, async ({ workflow }) => {
    const { status } = await workflow.getHandle(id).describe();
    return status.name;
  });
}

async function withClient<T>(
  address: string,
  act: (client: TemporalClient) => Promise<T>,
): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await act(new TemporalClient({ connection }));
  } finally {
    await connection.close();
  }
}

async function answers(url: string, address: string): Promise<boolean> {
  try {
    await query(url, "SELECT 1");
    await reachTemporal(address);
    return true;
  } catch {
    return false;
  }
}

async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  expect(await waitUntil(look, { timeoutMs: 60_000 })).toBe(true);
}

function isAnother(pid: number | null, before: number | null): boolean {
  return pid !== null && pid !== before;
}

function runningOf(pids: {
  readonly postgres: number | null;
  readonly temporal: number | null;
}): readonly number[] {
  return [pids.postgres, pids.temporal].filter(
    (pid) => pid !== null && identifyProcess(pid) !== null,
  ) as number[];
}

async function recordedPids(): Promise<readonly number[]> {
  const { postgres, temporal } = await readServerRecords(dataDir);
  return [...postgres.processes, ...temporal.processes].map(({ pid }) => pid);
}
