import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  expect,
  test,
} from "@jest/globals";
import { closeGate, createGate, gatedSource } from "../backfill/gate.js";
import {
  createEvents,
  createEventsExport,
  until,
} from "../backfill/installation.js";
import { createOperator, type Operator } from "../client/operator.js";
import { runsAtWork } from "../crash/exported-files.js";
import { earlyServers } from "../servers/servers.js";
import { type OtlpReceiver, startOtlpReceiver } from "./otlp-receiver.js";
import { SpanTree } from "./span-tree.js";

let operator: Operator;
let receiver: OtlpReceiver;

const password = "hunter2-in-no-span";

beforeAll(async () => {
  const servers = await earlyServers();
  operator = await createOperator({
    servers,
    env: { REFILL_SECRET_ELSEWHERE: elsewhere(servers.databaseUrl) },
  });
  const { pool, context } = operator.refill;
  await createEvents(pool, {
    start: "2024-03-01",
    end: "2024-04-30",
    every: "1 hour",
  });
  await createEventsExport(context);
  await createEventsExport(context, {
    name: "forbidden",
    source: {
      type: "postgres",
      connection: "default",
      table: "public.events",
      timestamp_column: "at",
      where: "public.refuses()",
    },
  });
  await createGate(pool);
  await createEventsExport(context, {
    name: "gated",
    source: gatedSource,
  });
  await pool.query(`
    create function public.refuses() returns boolean language plpgsql volatile as $$
    begin
      if current_query() ilike 'copy %' then
        raise exception 'not for ${password}' using errcode = '42501';
      end if;
      return true;
    end $$`);
});

beforeEach(async () => {
  receiver = await startOtlpReceiver();
});

afterEach(() => receiver.close());

afterAll(() => operator.remove());

/** The same server, by a password that trust makes no use of. */
function elsewhere(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.password = password;
  return url.href;
}

function tracedEnv(more: Readonly<Record<string, string>> = {}) {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: "x-collector-key=known-to-the-collector",
    ...more,
  };
}

async function start(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const end = await operator.json(["backfill", "start", ...args], env);
  expect(end).toMatchObject({ exitCode: 0, stderr: "" });
  return (end.document as { readonly id: string }).id;
}

const week = ["events", "--start", "2024-03-01", "--end", "2024-03-08"];

test.each(["http/protobuf", "http/json"])(
  "a backfill is one trace, from the command over the workflow to each run, over %s",
  async (protocol) => {
    const env = tracedEnv({
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_RESOURCE_ATTRIBUTES: "service.namespace=test",
    });
    const worker = operator.startWorker(env);
    const id = await start(week, env);
    expect(await operator.closed(id)).toMatchObject({ status: "Completed" });
    await worker.stop();
    const tree = new SpanTree(receiver.spans());
    expect(tree.traces.size).toBe(1);
    expect(tree.orphans).toEqual([]);
    const command = tree.one("refill backfill start");
    expect(command).toMatchObject({ service: "refill", parentSpanId: null });
    const runs = tree.named("export run");
    expect(runs).toHaveLength(7);
    for (const run of runs) {
      expect(tree.pathOf(run)).toEqual([
        "export run",
        "RunActivity:exportRuns",
        "RunWorkflow:backfill",
        "StartWorkflow:backfill",
        "refill backfill start",
      ]);
      expect(run).toMatchObject({
        service: "refill-worker",
        events: ["staged", "published"],
        isFailed: false,
      });
    }
    const facts = runs.map(({ attributes }) => attributes);
    expect(facts.map((one) => one["refill.run.number"]).sort()).toEqual([
      0, 1, 2, 3, 4, 5, 6,
    ]);
    expect(facts[0]).toMatchObject({
      "refill.backfill.id": id,
      "refill.run.attempt": 1,
      "refill.run.records": 24,
      "refill.run.bytes": expect.any(Number),
      "refill.run.outcome": "completed",
    });
    expect(tree.one("RunActivity:writePlan").attributes).toMatchObject({
      "refill.backfill.id": id,
      "refill.plan.runs": 7,
    });
    expect(tree.named("RunWorkflow:backfill").at(-1)?.attributes).toMatchObject(
      {
        "temporal.workflow_id": `backfill-${id}-1`,
        "refill.outcome": "completed",
      },
    );
  },
);

test("a backfill of several Temporal runs is one trace, and its runs stand side by side", async () => {
  const env = tracedEnv({ OTEL_SERVICE_NAME: "nightly" });
  const worker = operator.startWorker(env);
  const id = await start(
    ["events", "--start", "2024-03-08", "--end", "2024-04-30"],
    env,
  );
  expect(await operator.closed(id)).toMatchObject({ status: "Completed" });
  await worker.stop();
  const tree = new SpanTree(receiver.spans());
  expect(tree.traces.size).toBe(1);
  expect(tree.orphans).toEqual([]);
  expect(tree.named("export run")).toHaveLength(53);
  const temporalRuns = tree.named("RunWorkflow:backfill");
  const outcomes = temporalRuns.map((run) => run.attributes["refill.outcome"]);
  expect(outcomes.sort()).toEqual([
    "completed",
    ...outcomes.slice(1).map(() => "continued-as-new"),
  ]);
  expect(outcomes.length).toBeGreaterThan(1);
  for (const run of temporalRuns) {
    expect(run.service).toBe("nightly");
    expect(tree.parentOf(run)?.name).toBe("StartWorkflow:backfill");
  }
});

test("a run that fails says its error's code, and no span holds a word of the error, a connection or a header", async () => {
  const env = tracedEnv({ OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" });
  const worker = operator.startWorker(env);
  const id = await start(
    ["forbidden", "--start", "2024-03-01", "--end", "2024-03-02"],
    env,
  );
  expect(await operator.closed(id)).toMatchObject({ status: "Failed" });
  await worker.stop();
  const tree = new SpanTree(receiver.spans());
  expect(tree.one("export run")).toMatchObject({
    isFailed: true,
    attributes: {
      "error.type": "SOURCE_FORBIDDEN",
      "refill.run.outcome": "failed",
    },
  });
  expect(tree.one("RunWorkflow:backfill")).toMatchObject({ isFailed: true });
  const everything = receiver.everything();
  expect(everything).toContain('"x-collector-key":"known-to-the-collector"');
  const bodies = everything.replaceAll(
    '"x-collector-key":"known-to-the-collector"',
    "",
  );
  const { databaseUrl } = operator.refill;
  for (const secret of [
    password,
    "known-to-the-collector",
    "postgres://",
    databaseUrl,
    new URL(databaseUrl).password,
  ].filter((text) => text !== "")) {
    expect(bodies).not.toContain(secret);
  }
});

test("what the command does not sample, no worker does", async () => {
  const worker = operator.startWorker(tracedEnv());
  const id = await start(
    [...week, "--overlap", "queue"],
    tracedEnv({ OTEL_TRACES_SAMPLER: "always_off" }),
  );
  expect(await operator.closed(id)).toMatchObject({ status: "Completed" });
  await worker.stop();
  const ofBackfill = receiver
    .spans()
    .filter(({ attributes }) => attributes["refill.backfill.id"] === id);
  expect(ofBackfill).toEqual([]);
});

test.each([
  { first: true, second: false },
  { first: false, second: true },
])(
  "a worker replays and goes on with what another began; with tracing: %j",
  async ({ first, second }) => {
    const envOf = (isTraced: boolean) => (isTraced ? tracedEnv() : {});
    const gate = await closeGate(operator.refill.databaseUrl);
    const before = operator.startWorker(envOf(first));
    const id = await start(
      ["gated", "--start", "2024-03-01", "--end", "2024-03-08"],
      tracedEnv(),
    );
    await until(async () =>
      (await runsAtWork(operator.refill, id)).length > 0 ? true : null,
    );
    await before.stop();
    await gate.open();
    const after = operator.startWorker(envOf(second));
    expect(await operator.closed(id)).toMatchObject({ status: "Completed" });
    await after.stop();
    for (const worker of [before, after]) {
      expect(worker.said()).not.toMatch(/nondetermin|unregistered/i);
    }
    const tree = new SpanTree(receiver.spans());
    expect(tree.traces.size).toBe(1);
    expect(tree.named("RunActivity:exportRuns").length).toBeGreaterThan(0);
    expect(tree.named("RunActivity:writePlan")).toHaveLength(first ? 1 : 0);
    expect(tree.named("RunActivity:finishBackfill")).toHaveLength(
      second ? 1 : 0,
    );
  },
);
