import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  test,
} from "@jest/globals";
import { getBackfill } from "../../../src/operations/backfills/read-backfill.js";
import { findBackfill } from "../../../src/store/backfills/backfill-row.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  start,
  until,
  untilClosed,
} from "../backfill/installation.js";
import { expectExactFiles, ledgerOf } from "../crash/exported-files.js";
import {
  killWorkerProcesses,
  startWorkerProcess,
  type WorkerProcess,
} from "../crash/worker-process.js";
import { earlyServers } from "../servers/servers.js";
import { verifierOf } from "../verify/verifier.js";
import { type Build, makeBuild } from "./build.js";
import { closeGates, type Gate, gatedRows } from "./gates.js";
import { stepsOf } from "./histories.js";

let refill: Installation;
let builds: Readonly<Record<"old" | "reworded" | "patched" | "changed", Build>>;
let gates: readonly Gate[] = [];
const { verified } = verifierOf(() => refill);

const exporting = "result = await activities.exports.exportRuns";
const oneStepMore = "await condition(() => false, 1);";

beforeAll(async () => {
  refill = await createInstallation({ servers: await earlyServers() });
  await createEvents(refill.pool, {
    start: "2024-03-01",
    end: "2024-06-29",
    every: "3 hours",
  });
  const [old, reworded, patched, changed] = await Promise.all([
    makeBuild("1.0.0"),
    makeBuild("1.0.1", [
      {
        file: "backfill/export-window.js",
        from: "summary: label",
        to: 'summary: "exports " + label',
      },
    ]),
    makeBuild("1.1.0", [
      {
        file: "backfill/export-window.js",
        from: "import {",
        to: "import { patched,",
      },
      {
        file: "backfill/export-window.js",
        from: exporting,
        to: `if (patched("one-step-more")) ${oneStepMore} ${exporting}`,
      },
    ]),
    makeBuild("2.0.0", [
      {
        file: "backfill/export-window.js",
        from: exporting,
        to: `${oneStepMore} ${exporting}`,
      },
    ]),
  ]);
  builds = { old, reworded, patched, changed };
});

afterEach(async () => {
  await killWorkerProcesses();
  await Promise.all(gates.map((gate) => gate.open().catch(() => undefined)));
});

afterAll(async () => {
  await Promise.all(Object.values(builds).map((build) => build.remove()));
  await refill.remove();
});

/** With room for four exports each, eight lanes take two workers; runs that wait at a gate are handed over soon. */
function startTwo({ program }: Build): readonly WorkerProcess[] {
  const env = {
    REFILL_MAX_CONCURRENT_EXPORTS: "4",
    REFILL_SHUTDOWN_GRACE: "1s",
  };
  return [1, 2].map(() => startWorkerProcess(refill, env, program));
}

async function endOneByOne(workers: readonly WorkerProcess[]): Promise<void> {
  for (const worker of workers) expect(await worker.end("SIGTERM")).toBe(0);
}

/** A backfill of 120 days with gates before the 41st and the 81st, and two workers of a build that are up to the first. */
async function startUpToTheFirstGate(name: string, build: Build) {
  gates = await closeGates(refill, ["2024-04-10Z", "2024-05-20Z"]);
  await createEventsExport(refill.context, {
    name,
    source: {
      type: "postgres",
      connection: "default",
      table: "public.events",
      timestamp_column: "at",
      where: gatedRows,
    },
  });
  const workers = startTwo(build);
  const { id } = await start(refill.context, {
    start: "2024-03-01",
    end: "2024-06-29",
    export: name,
    concurrency: 8,
  });
  await untilAtWorkBy(id, workers);
  return { id, workers };
}

/** Both workers have exports that wait at a gate: all eight lanes do. */
async function untilAtWorkBy(
  id: string,
  workers: readonly WorkerProcess[],
): Promise<void> {
  const names = new Set(workers.map(({ name }) => name));
  await until(async () => {
    const runs = (await ledgerOf(refill, id)).filter(
      ({ status, claimed_by: by }) =>
        status === "Running" && by !== null && names.has(by),
    );
    const atWork = new Set(runs.map((run) => run.claimed_by));
    return runs.length === 8 && atWork.size === 2 ? true : null;
  });
}

async function openGate(n: number): Promise<void> {
  await gates[n]?.open();
}

async function steps(id: string) {
  const row = await findBackfill(refill.pool, id);
  return stepsOf(refill, id, row?.first_execution_run_id ?? "");
}

/** All of it is there, each run was exported by one attempt, and what stands is what the source has. */
async function expectComplete(id: string, name: string): Promise<void> {
  expect(await untilClosed(refill.context, id)).toMatchObject({
    status: "Completed",
    total_records_count: 960n,
    progress: { total_runs: 120, finished_runs: 120, progress: 1 },
  });
  const runs = await ledgerOf(refill, id);
  expect(runs.filter(({ attempt }) => attempt !== 1)).toEqual([]);
  await expectExactFiles(refill, { id, folder: name });
}

async function expectVerified(id: string): Promise<void> {
  const { verification, findings } = await verified(id);
  expect(verification.status).toBe("Completed");
  expect(findings).toEqual([]);
}

/** Its workflow can't take its next step, which every read says, and it is open all the same: the step may be the first of a Temporal run. */
async function untilStuck(id: string): Promise<void> {
  const { backfill, warning } = await until(async () => {
    const reading = await getBackfill(refill.context, { id });
    return reading.warning === null ? null : reading;
  });
  expect(warning).toMatch(/can't take its next step \(.*Nondeterminism error/);
  expect(["Running", "ContinuedAsNew"]).toContain(backfill.status);
}

describe("a deploy in the middle of a backfill", () => {
  test("that takes the same steps, and its way back, with both versions at work at once: nothing is noticed", async () => {
    const { old, reworded } = builds;
    const { id, workers } = await startUpToTheFirstGate("rolled", old);
    const newer = startTwo(reworded);
    await endOneByOne(workers);
    await untilAtWorkBy(id, newer);
    await openGate(0);
    await until(async () => {
      const runs = await ledgerOf(refill, id);
      return runs.filter(({ status }) => status === "Completed").length >= 80
        ? true
        : null;
    });
    const older = startTwo(old);
    await endOneByOne(newer);
    await openGate(1);
    await expectComplete(id, "rolled");
    await expectVerified(id);

    const { versions, failures } = await steps(id);
    expect(failures).toEqual([]);
    expect(new Set(versions.flat())).toEqual(new Set(["1.0.0", "1.0.1"]));
    expect(versions.length).toBeGreaterThan(2);
    // Some were replayed by the other version in the middle, both ways.
    expect(versions).toContainEqual(["1.0.0", "1.0.1"]);
    expect(versions).toContainEqual(["1.0.1", "1.0.0"]);
    const by = new Set((await ledgerOf(refill, id)).map((r) => r.claimed_by));
    expect(by).toEqual(
      new Set([...workers, ...newer, ...older].map(({ name }) => name)),
    );
  });

  test("that takes other steps behind patched() goes on; back without them it waits, and goes on when they are back", async () => {
    const { old, patched } = builds;
    const { id, workers } = await startUpToTheFirstGate("patched", old);
    await endOneByOne(workers);
    const newer = startTwo(patched);
    await untilAtWorkBy(id, newer);
    await endOneByOne(newer);
    expect(await steps(id)).toMatchObject({
      failures: [],
      hasPatchMarker: true,
    });
    const back = startTwo(old);
    await openGate(0);
    await untilStuck(id);
    await endOneByOne(back);
    startTwo(patched);
    await openGate(1);
    await expectComplete(id, "patched");
  });

  test("that takes other steps and does not say so makes the backfill wait, open, until the version before is back", async () => {
    const { old, changed } = builds;
    const { id, workers } = await startUpToTheFirstGate("changed", old);
    await endOneByOne(workers);
    const newer = startTwo(changed);
    await openGate(0);
    await untilStuck(id);
    await endOneByOne(newer);
    startTwo(old);
    await openGate(1);
    await expectComplete(id, "changed");
    const { failures } = await steps(id);
    expect(failures[0]).toContain("Nondeterminism error");
  });
});
