import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { BackfillObject } from "../../../src/contract/objects/backfill.js";
import type { BackfillDescription } from "../../../src/contract/objects/backfill-description.js";
import type { RunObject } from "../../../src/contract/objects/run.js";
import { testServers } from "../servers/servers.js";
import { type Proxy, startProxy } from "../transfer/proxy.js";
import { withAdmin } from "./admin.js";
import { addEventExport, eventSource } from "./event-exports.js";
import { ledgerCounts } from "./ledger-counts.js";
import { createOperator, type Operator } from "./operator.js";
import { typedJson } from "./typed.js";

const run = promisify(execFile);

const role = `reader_${randomBytes(4).toString("hex")}`;
const rowsADay = 2_000;
const days = ["--start", "2024-03-01", "--end", "2024-03-04"];

let operator: Operator;
let goneAway: Proxy;
let cutOnce: Proxy;

beforeAll(async () => {
  operator = await createOperator();
  const { pool, databaseUrl, filesRoot } = operator.refill;
  // The second day is larger than the disk of the test below.
  await pool.query(`
    create table public.events as
      select i as id, timestamptz '2024-03-01Z' + i * interval '1 day' / ${rowsADay} as at,
        case when i / ${rowsADay} = 1 then repeat(md5(i::text), 8) else '' end as text
      from generate_series(0, 3 * ${rowsADay} - 1) as i;
    create index on public.events (at);
    create table public.sealed as table public.events;
    create role ${role} login password 'right';
    grant select on public.events to ${role};`);
  await writeFile(join(filesRoot, "plain"), "a file, not a folder");
  goneAway = await copyProxy(databaseUrl, (proxy) => void proxy.close());
  cutOnce = await copyProxy(databaseUrl, (proxy) => {
    proxy.cut();
  });
  const asRole = new URL(databaseUrl);
  [asRole.username, asRole.password] = [role, "right"];
  const wrong = new URL(asRole);
  wrong.password = "open-sesame";
  const worker = operator.startWorker({
    REFILL_SECRET_ROLE: asRole.href,
    REFILL_SECRET_WRONG: wrong.href,
    REFILL_SECRET_GONE: goneAway.url,
    REFILL_SECRET_CUT: cutOnce.url,
  });
  await operator.takesWork(worker);
});

afterAll(async () => {
  await operator.remove();
  await Promise.all([goneAway.close(), cutOnce.close()]);
  const { databaseUrl } = await testServers();
  await withAdmin(databaseUrl, (client) => client.query(`drop role ${role}`));
});

/** Passes everything on, until in the middle of the second day's rows something happens to the connections. */
async function copyProxy(
  databaseUrl: string,
  happen: (proxy: Proxy) => void,
): Promise<Proxy> {
  const copyData = 0x64;
  let rows = 0;
  const proxy: Proxy = await startProxy(databaseUrl, (message) => {
    if (message[0] === copyData) rows += 1;
    if (message[0] === copyData && rows === 1.5 * rowsADay) happen(proxy);
    return message;
  });
  return proxy;
}

/** Without a secret in its environment: those are the worker's. */
async function asked(...args: readonly string[]) {
  return typedJson(operator.refill, args);
}

/** Starts a backfill of the three days and waits for its end; all that the operator can then see of it. */
async function backfilled(name: string) {
  const { refill } = operator;
  const start = ["backfill", "start", name, ...days, "--concurrency", "1"];
  const end = await asked(...start, "--wait");
  const backfill = end.document as BackfillObject;
  const { id } = backfill;
  const described = await asked("backfill", "describe", id);
  const listed = await asked("backfill", "runs", id, "--all");
  return {
    exitCode: end.exitCode,
    told: end.stderr,
    backfill,
    description: described.document as BackfillDescription,
    runs: listed.document as readonly RunObject[],
    files: await filesBelow(join(refill.filesRoot, `${name}-1`)),
  };
}

/** Hidden ones too, such as what was staged and not removed. */
async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

function keysOf(runs: readonly RunObject[]): readonly string[] {
  return runs.flatMap(({ files }) => files.map(({ key }) => key));
}

describe("a source that can't be read as the definition says", () => {
  const rows = [
    {
      what: "a table that does not exist",
      source: { table: "public.evnts" },
      code: "SOURCE_NOT_FOUND",
      says: /public\.evnts.*Name it as SQL would/,
    },
    {
      what: "a timestamp column that does not exist",
      source: { timestamp_column: "att" },
      code: "SOURCE_COLUMN_NOT_FOUND",
      says: /att in public\.events.*Near it: at\. Correct/,
    },
    {
      what: "a timestamp column that holds no time",
      source: { timestamp_column: "text" },
      code: "SOURCE_TIMESTAMP_INVALID",
      says: /text.*timestamp/,
    },
    {
      what: "a password that is wrong",
      source: { connection: "env:REFILL_SECRET_WRONG" },
      code: "SOURCE_AUTH_FAILED",
      says: /Check the user, the password/,
    },
    {
      what: "a table that the user may not read",
      source: { connection: "env:REFILL_SECRET_ROLE", table: "public.sealed" },
      code: "SOURCE_FORBIDDEN",
      says: /sealed.*Grant/,
    },
    {
      what: "a secret that nobody has set",
      source: { connection: "env:REFILL_SECRET_NOWHERE" },
      code: "SECRET_NOT_FOUND",
      says: /REFILL_SECRET_NOWHERE.*[Ss]et/,
    },
  ];

  test.each(rows)(
    "$what: $code from test and plan, and a backfill Failed with no file",
    async ({ source, code, says }) => {
      const { context, pool } = operator.refill;
      const name = code.toLowerCase();
      await addEventExport(context, name, {
        source: { ...eventSource, ...source },
      });
      const before = await ledgerCounts(pool);
      for (const command of ["export test", "backfill plan"]) {
        const end = await asked(...command.split(" "), name);
        expect(end).toMatchObject({
          exitCode: 1,
          stderr: "",
          document: { error: { code, message: expect.stringMatching(says) } },
        });
        expect(JSON.stringify(end)).not.toContain("open-sesame");
      }
      expect(await ledgerCounts(pool)).toEqual(before);

      const { exitCode, told, backfill, description, runs, files } =
        await backfilled(name);
      expect(exitCode).toBe(1);
      expect(told).toContain(`${code}: `);
      expect(told).toMatch(says);
      expect(told).not.toContain("open-sesame");
      expect(backfill).toMatchObject({
        status: "Failed",
        progress: null,
        adjusted_start_at: null,
        finished_at: expect.any(String),
      });
      expect(description.error).toMatchObject({
        code,
        retryable: false,
        message: expect.stringMatching(says),
      });
      expect(JSON.stringify(description)).not.toContain("open-sesame");
      expect([runs, files]).toEqual([[], []]);
    },
  );
});

describe("a source that goes away in the middle of a run", () => {
  test("and stays away: FailedRetryable, with the runs before it published and nothing of the others", async () => {
    await addEventExport(operator.refill.context, "gone", {
      source: { ...eventSource, connection: "env:REFILL_SECRET_GONE" },
    });
    const { exitCode, told, backfill, description, runs, files } =
      await backfilled("gone");
    expect(exitCode).toBe(1);
    expect(told).toMatch(
      /2 runs failed with SOURCE_UNAVAILABLE, such as run 1/,
    );
    expect(told).toContain(`refill backfill retry ${backfill.id}`);
    expect(backfill).toMatchObject({
      status: "FailedRetryable",
      total_records_count: rowsADay,
      progress: { total_runs: 3, finished_runs: 3, progress: 1 },
    });
    const unavailable = {
      status: "FailedRetryable",
      attempt: 2,
      files: [],
      latest_error: {
        code: "SOURCE_UNAVAILABLE",
        retryable: true,
        message: expect.stringMatching(/Try again when the source database/),
      },
    };
    expect(runs).toMatchObject([
      { status: "Completed", records_completed: rowsADay },
      unavailable,
      unavailable,
    ]);
    expect(description.failures).toMatchObject([
      { code: "SOURCE_UNAVAILABLE", runs: 2, retryable: true },
    ]);
    expect(files).toEqual(keysOf(runs));
    expect(files).toHaveLength(1);
  });

  test("and comes back: Completed, with every record once", async () => {
    await addEventExport(operator.refill.context, "cut", {
      source: { ...eventSource, connection: "env:REFILL_SECRET_CUT" },
    });
    const { exitCode, backfill, runs, files } = await backfilled("cut");
    expect(exitCode).toBe(0);
    expect(backfill).toMatchObject({
      status: "Completed",
      total_records_count: 3 * rowsADay,
    });
    expect(runs).toMatchObject(
      [1, 2, 1].map((attempt) => ({ attempt, records_completed: rowsADay })),
    );
    expect(files).toEqual(keysOf(runs));
  });
});

describe("a place that can't be written", () => {
  test("because a file stands where its folder should be: DESTINATION_UNWRITABLE, and Failed", async () => {
    const { context, filesRoot } = operator.refill;
    await addEventExport(context, "below", {
      destination: {
        type: "files",
        path: "plain/below",
        key: "{data_interval_start}-{data_interval_end}",
      },
    });
    const unwritable = {
      code: "DESTINATION_UNWRITABLE",
      message: expect.stringMatching(/plain.*Check the destination's path/),
    };
    expect(await asked("export", "test", "below")).toMatchObject({
      exitCode: 1,
      document: { error: unwritable },
    });
    const { exitCode, backfill, runs } = await backfilled("below");
    expect(exitCode).toBe(1);
    expect(backfill).toMatchObject({
      status: "Failed",
      total_records_count: 0,
      progress: { total_runs: 3, finished_runs: 3, progress: 1 },
    });
    expect(runs).toMatchObject(
      Array.from({ length: 3 }, () => ({
        status: "Failed",
        attempt: 1,
        files: [],
        latest_error: { ...unwritable, retryable: false },
      })),
    );
    expect(await filesBelow(filesRoot)).toContain("plain");
  });

  const whenRoot = process.getuid?.() === 0 ? test : test.skip;

  whenRoot(
    "because the disk is full (only root can mount a small one): DESTINATION_FULL, FailedRetryable, and the smaller runs published",
    async () => {
      const { context, filesRoot } = operator.refill;
      const disk = join(filesRoot, "full-1");
      await mkdir(disk);
      await run("mount", ["-t", "tmpfs", "-o", "size=320k", "tmpfs", disk]);
      try {
        await addEventExport(context, "full");
        const { exitCode, backfill, runs, files } = await backfilled("full");
        expect(exitCode).toBe(1);
        expect(backfill).toMatchObject({
          status: "FailedRetryable",
          total_records_count: 2 * rowsADay,
        });
        expect(runs).toMatchObject([
          { status: "Completed" },
          {
            status: "FailedRetryable",
            attempt: 2,
            files: [],
            latest_error: {
              code: "DESTINATION_FULL",
              retryable: true,
              message: expect.stringMatching(/ENOSPC.*Free some space/),
            },
          },
          { status: "Completed" },
        ]);
        expect(files).toEqual(keysOf(runs));
      } finally {
        await run("umount", ["--lazy", disk]);
      }
    },
  );
});
