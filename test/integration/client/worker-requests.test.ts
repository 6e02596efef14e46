import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { historyToJSON } from "@temporalio/common/lib/proto-utils.js";
import { Client } from "pg";
import type { PlanObject } from "../../../src/contract/objects/plan.js";
import { createEvents, until } from "../backfill/installation.js";
import { testServers } from "../servers/servers.js";
import { withAdmin } from "./admin.js";
import { addEventExport, eventSource } from "./event-exports.js";
import { ledgerCounts } from "./ledger-counts.js";
import { type Backfill, createOperator, type Operator } from "./operator.js";
import { typedJson } from "./typed.js";

const role = `reader_${randomBytes(4).toString("hex")}`;
const password = "correct-horse";
const wrongPassword = "open-sesame";
const days = ["--start", "2024-03-01", "--end", "2024-03-08"];

let operator: Operator;

/** What a worker holds and the client does not: the secrets, and the place for files. */
let workerEnv: Readonly<Record<string, string>>;

beforeAll(async () => {
  operator = await createOperator();
  const { pool, databaseUrl, context } = operator.refill;
  await createEvents(pool, {
    start: "2024-03-01",
    end: "2024-03-08",
    every: "1 hour",
  });
  await pool.query(`
    create role ${role} login password '${password}';
    grant select on public.events to ${role}`);
  const asRole = new URL(databaseUrl);
  [asRole.username, asRole.password] = [role, password];
  const wrong = new URL(asRole);
  wrong.password = wrongPassword;
  workerEnv = {
    REFILL_SECRET_ROLE: asRole.href,
    REFILL_SECRET_WRONG: wrong.href,
    REFILL_FILES_ROOT: join(operator.refill.filesRoot, "of-the-worker"),
  };
  for (const [name, connection] of [
    ["events", "ROLE"],
    ["locked out", "WRONG"],
    ["nowhere", "NOWHERE"],
  ] as const) {
    const source = {
      ...eventSource,
      connection: `env:REFILL_SECRET_${connection}`,
    };
    await addEventExport(context, name, { source });
  }
});

afterAll(async () => {
  await operator.remove();
  const { databaseUrl } = await testServers();
  await withAdmin(databaseUrl, (client) => client.query(`drop role ${role}`));
});

function asked(...args: readonly string[]) {
  return typedJson(operator.refill, args);
}

describe("with no worker up", () => {
  let digest: string;

  test("plan, test and start --plan say NO_WORKER, leave no row, and nothing for a worker that comes later", async () => {
    const before = await ledgerCounts(operator.refill.pool);
    const requests = [
      ["backfill", "plan", "events", ...days],
      ["export", "test", "events"],
      ["backfill", "start", "events", ...days, "--plan", "0".repeat(64)],
    ];
    const ends = await Promise.all(requests.map((args) => asked(...args)));
    for (const end of ends) {
      expect(end).toMatchObject({
        exitCode: 3,
        stderr: "",
        document: {
          error: {
            code: "NO_WORKER",
            message: expect.stringMatching(/within 10 s.*Start refill worker/),
          },
        },
      });
    }
    expect(await ledgerCounts(operator.refill.pool)).toEqual(before);
    expect(await statuses(requests.length)).toEqual(
      requests.map(() => "TERMINATED"),
    );
  });

  test("a start without --plan needs none: it is Starting until one is up", async () => {
    const end = await asked("backfill", "start", "events", ...days);
    expect(end).toMatchObject({
      exitCode: 0,
      document: { status: "Starting" },
    });
    operator.startWorker(workerEnv);
    const { id } = end.document as Backfill;
    expect(await operator.closed(id)).toMatchObject({ status: "Completed" });
  });

  test("with one, the client plans what only the worker can reach, and starts by the digest that it was shown", async () => {
    const end = await asked("backfill", "plan", "events", ...days);
    expect(end).toMatchObject({
      exitCode: 0,
      stderr: "",
      document: {
        total_runs: 7,
        total_records_count: 168,
        adjusted_start_at: "2024-03-01T00:00:00Z",
        conflicts: [],
        runs: Array.from({ length: 7 }, () => ({ records_expected: 24 })),
      },
    });
    ({ digest } = end.document as PlanObject);
    const start = ["backfill", "start", "events", ...days, "--wait"];
    const started = await asked(...start, "--plan", digest);
    expect(started).toMatchObject({
      exitCode: 0,
      document: { status: "Completed", total_records_count: 168 },
    });
    const { id } = started.document as Backfill;
    expect(await asked("backfill", "describe", id)).toMatchObject({
      document: { plan_digest: digest },
    });
  });

  test("and not by another digest", async () => {
    const before = await ledgerCounts(operator.refill.pool);
    const other = "f".repeat(64);
    const start = ["backfill", "start", "events", ...days, "--plan", other];
    expect(await asked(...start)).toMatchObject({
      exitCode: 2,
      document: {
        error: {
          code: "PLAN_CHANGED",
          details: { expected: other, digest, total_runs: 7 },
        },
      },
    });
    expect(await ledgerCounts(operator.refill.pool)).toEqual(before);
  });

  test("and by a plan that was kept in a file, which says how the plan would differ now", async () => {
    const folder = await mkdtemp(join(tmpdir(), "refill-plan-"));
    const file = join(folder, "plan.json");
    const planned = await asked("backfill", "plan", "events", ...days);
    await writeFile(file, JSON.stringify(planned.document));
    const other = ["--start", "2024-03-01", "--end", "2024-03-07"];
    const start = ["backfill", "start", "events", "--plan", file];
    const refused = await asked(...start, ...other, "--order", "newest");
    expect(refused).toMatchObject({
      exitCode: 2,
      document: {
        error: {
          code: "PLAN_CHANGED",
          message: expect.stringContaining(
            "the end was 2024-03-08T00:00:00Z and is 2024-03-07T00:00:00Z; --order was oldest and is newest; the number of runs was 7 and is 6.",
          ),
        },
      },
    });
    const plan = planned.document as PlanObject;
    const edited = { ...plan, definition_version: "x" };
    await writeFile(file, JSON.stringify(edited));
    expect(await asked(...start, ...other)).toMatchObject({
      exitCode: 2,
      document: { error: { code: "PLAN_CHANGED" } },
    });
    const started = await asked(...start, ...days, "--wait");
    expect(started).toMatchObject({
      exitCode: 0,
      document: { status: "Completed" },
    });
    await rm(folder, { recursive: true });
  });
});

test("export test writes its probe below the worker's root, and removes it", async () => {
  const end = await asked("export", "test", "events");
  const folder = join(workerEnv["REFILL_FILES_ROOT"] ?? "", "events-1");
  expect(end).toMatchObject({
    exitCode: 0,
    document: {
      source: { ok: true, columns: ["id", "at", "name"], warnings: [] },
      destination: { ok: true, identity: `files:${folder}` },
    },
  });
  expect(
    (await readdir(folder)).filter((name) => name.includes("probe")),
  ).toEqual([]);
});

describe("an error of the worker's", () => {
  test.each([
    {
      name: "locked out",
      error: { code: "SOURCE_AUTH_FAILED" },
    },
    {
      name: "nowhere",
      error: {
        code: "SECRET_NOT_FOUND",
        details: { name: "REFILL_SECRET_NOWHERE" },
      },
    },
  ])(
    "is the client's, with its code, its details and its exit code: $error.code",
    async ({ name, error }) => {
      for (const command of ["export test", "backfill plan"]) {
        expect(await asked(...command.split(" "), name)).toMatchObject({
          exitCode: 1,
          stderr: "",
          document: { error },
        });
      }
    },
  );

  test("tells when worker and client keep different ledgers", async () => {
    const elsewhere = await createOperator({
      env: { REFILL_TASK_QUEUE: operator.refill.config.taskQueue },
    });
    try {
      await addEventExport(elsewhere.refill.context, "unknown there");
      const args = ["backfill", "plan", "unknown there"];
      expect(await typedJson(elsewhere.refill, args)).toMatchObject({
        exitCode: 2,
        document: {
          error: {
            code: "EXPORT_NOT_FOUND",
            message: expect.stringContaining("same DATABASE_URL"),
          },
        },
      });
    } finally {
      await elsewhere.remove();
    }
  });
});

test("Ctrl-C stops the request at the source's database too, and ends with 130", async () => {
  const { databaseUrl, pool } = operator.refill;
  const holder = new Client({ connectionString: databaseUrl });
  await holder.connect();
  await holder.query("begin; lock table public.events");
  const client = operator.start(["backfill", "plan", "events", ...days]);
  const waiting = async () => {
    const { rows } = await pool.query<{ pid: number }>(
      `select pid from pg_stat_activity where usename = $1 and wait_event_type = 'Lock'`,
      [role],
    );
    return rows[0] ?? null;
  };
  await until(waiting);
  client.child.kill("SIGINT");
  expect(await client.end).toMatchObject({ exitCode: 130, stdout: "" });
  await until(async () => ((await waiting()) === null ? true : null));
  await until(async () =>
    (await listed()).some(({ status }) => status.name === "CANCELLED")
      ? true
      : null,
  );
  await holder.end();
});

test("--json --all lists every run, in pages, as one document", async () => {
  const { context } = operator.refill;
  await addEventExport(context, "minutes", {
    interval: "every 1 minutes",
    source: { ...eventSource, connection: "env:REFILL_SECRET_ROLE" },
  });
  const range = ["--start", "2024-03-01", "--end", "2024-05-01"];
  const plan = ["backfill", "plan", "minutes", ...range];
  const { document: short } = await asked(...plan);
  const { document: full } = await asked(...plan, "--all");
  const { runs, ...summary } = full as PlanObject;
  expect(short).toMatchObject({ ...summary, total_runs: 61 * 24 * 60 });
  expect((short as PlanObject).runs).toEqual([
    ...runs.slice(0, 500),
    ...runs.slice(-500),
  ]);
  expect(runs).toHaveLength(summary.total_runs);
  let end = "2024-03-01T00:00:00Z";
  let records = 0;
  for (const run of runs) {
    if (run.data_interval_start !== end) {
      throw new Error(`Expected a run from ${end}, got ${JSON.stringify(run)}`);
    }
    end = run.data_interval_end;
    records += Number(run.records_expected);
  }
  expect([end, records]).toEqual(["2024-05-01T00:00:00Z", 168]);
});

test("no history holds a password, a connection string or a definition", async () => {
  const executions = await listed();
  const types = new Set(executions.map(({ type }) => type));
  expect([...types]).toEqual(
    expect.arrayContaining(["previewPlan", "countRuns", "testExport"]),
  );
  for (const { workflowId } of executions) {
    const handle = operator.refill.temporal.workflow.getHandle(workflowId);
    const history = historyToJSON(await handle.fetchHistory());
    for (const secret of [
      password,
      wrongPassword,
      "postgres://",
      "timestamp_column",
    ]) {
      expect(decoded(history)).not.toContain(secret);
    }
  }
});

/** Payloads are base64 in a history. */
function decoded(history: string): string {
  const payloads = history.matchAll(/"data":\s*"([^"]*)"/g);
  const texts = Array.from(payloads, ([, data = ""]) =>
    Buffer.from(data, "base64").toString(),
  );
  return [history, ...texts].join("\n");
}

async function listed() {
  const { temporal, config } = operator.refill;
  const executions = [];
  for await (const execution of temporal.workflow.list({
    query: `TaskQueue = '${config.taskQueue}'`,
  })) {
    executions.push(execution);
  }
  return executions;
}

/** Of so many closed workflows, once Temporal's list shows them. */
function statuses(count: number): Promise<readonly string[]> {
  return until(async () => {
    const found = (await listed()).map(({ status }) => status.name);
    return found.length === count && !found.includes("RUNNING") ? found : null;
  });
}
