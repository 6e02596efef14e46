import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  test,
} from "@jest/globals";
import { backfillWorkflowId } from "../../../src/contract/backfill-workflow.js";
import { cancelBackfill } from "../../../src/operations/backfills/cancel-backfill.js";
import { describeBackfill } from "../../../src/operations/backfills/describe-backfill.js";
import { retryBackfill } from "../../../src/operations/backfills/retry-backfill.js";
import { approvedPlanOf } from "../../../src/operations/plans/approved-plan.js";
import { planBackfill } from "../../../src/operations/plans/preview-plan.js";
import { expectExactFiles, ledgerOf } from "../crash/exported-files.js";
import { closeGate, createGate, gatedSource, openGates } from "./gate.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  start,
  until,
  untilClosed,
} from "./installation.js";

let refill: Installation;

beforeAll(async () => {
  refill = await createInstallation();
  await createEvents(refill.pool, {
    start: "2024-03-01",
    end: "2024-03-11",
    every: "1 hour",
  });
  await createGate(refill.pool);
  await createEventsExport(refill.context, {
    source: gatedSource,
  });
  refill.startWorker();
});

afterEach(openGates);

afterAll(() => refill.remove());

const tenDays = { start: "2024-03-01", end: "2024-03-11" };

/** True where a condition holds of a backfill's row, else null. */
async function heldOf(id: string, condition: string): Promise<true | null> {
  const { rowCount } = await refill.pool.query(
    `select 1 from refill.backfill where id = $1 and ${condition}`,
    [id],
  );
  return rowCount === 1 ? true : null;
}

/** An open backfill of some days, whose exports wait at the closed gate. */
async function openDays(start_: string, end: string): Promise<string> {
  const { id } = await start(refill.context, { start: start_, end });
  await until(async () => {
    const runs = await ledgerOf(refill, id);
    return runs.some(({ status }) => status === "Running") ? id : null;
  });
  return id;
}

async function daysOf(id: string): Promise<readonly string[]> {
  return (await ledgerOf(refill, id)).map((run) => run.start.slice(0, 10));
}

async function describing(id: string) {
  return (await describeBackfill(refill.context, { id })).description;
}

describe("--overlap trim", () => {
  test("runs what open backfills leave free, as its plan said, and can be retried", async () => {
    const gate = await closeGate(refill.databaseUrl);
    const others = [
      await openDays("2024-03-03", "2024-03-05"),
      await openDays("2024-03-07", "2024-03-08"),
    ];
    const request = { ...tenDays, export: "events", team: null } as const;
    const plan = await planBackfill(
      refill.context,
      { ...request, order: "oldest", only: "all", overlap: "trim" },
      new AbortController().signal,
    );
    expect(plan.object).toMatchObject({ total_runs: 7 });
    expect(plan.object.conflicts).toHaveLength(2);
    const { id } = await start(refill.context, {
      ...tenDays,
      overlap: "trim",
      plan: approvedPlanOf(plan.object),
    });
    await until(async () => ((await daysOf(id)).length === 7 ? true : null));
    await cancelBackfill(refill.context, { id, reason: null });
    expect((await untilClosed(refill.context, id)).status).toBe("Cancelled");
    await retryBackfill(refill.context, { id, reason: null });
    await gate.open();
    for (const one of [...others, id]) {
      expect((await untilClosed(refill.context, one)).status).toBe("Completed");
    }
    expect(await daysOf(id)).toEqual([
      "2024-03-01",
      "2024-03-02",
      "2024-03-05",
      "2024-03-06",
      "2024-03-08",
      "2024-03-09",
      "2024-03-10",
    ]);
  });

  test("of two at once, each interval is given to one", async () => {
    const started = await Promise.all(
      [1, 2, 3].map((n) =>
        start(refill.context, {
          start: `2024-03-0${n}`,
          end: "2024-03-09",
          overlap: "trim",
        }).catch((error: unknown) => error),
      ),
    );
    const ids = started.flatMap((one) =>
      one instanceof Error ? [] : [(one as { readonly id: string }).id],
    );
    for (const id of ids) await untilClosed(refill.context, id);
    const days = (await Promise.all(ids.map(daysOf))).flat();
    expect(new Set(days).size).toBe(days.length);
    expect(days).toContain("2024-03-03");
  });

  test("is refused where nothing is free, and nothing is written", async () => {
    const gate = await closeGate(refill.databaseUrl);
    const other = await openDays("2024-03-01", "2024-03-11");
    await expect(
      start(refill.context, {
        start: "2024-03-02",
        end: "2024-03-04",
        overlap: "trim",
      }),
    ).rejects.toMatchObject({
      code: "RANGE_OVERLAPS",
      message: expect.stringContaining("Nothing of it is free"),
    });
    await gate.open();
    expect((await untilClosed(refill.context, other)).status).toBe("Completed");
  });
});

describe("--overlap queue", () => {
  test("waits for what was there before it, plans then, and the next waits for both", async () => {
    const gate = await closeGate(refill.databaseUrl);
    const first = await openDays("2024-03-01", "2024-03-04");
    const queued = { ...tenDays, overlap: "queue" } as const;
    const second = await start(refill.context, queued);
    const third = await start(refill.context, queued);
    await until(async () =>
      (await describing(third.id)).waits_for.length === 2 ? true : null,
    );
    expect(await describing(second.id)).toMatchObject({
      status: "Starting",
      waits_for: [first],
      progress: null,
    });
    await expect(start(refill.context, tenDays)).rejects.toMatchObject({
      code: "RANGE_OVERLAPS",
    });
    expect(await ledgerOf(refill, second.id)).toEqual([]);
    await gate.open();
    const ends = [];
    for (const id of [first, second.id, third.id]) {
      ends.push(await untilClosed(refill.context, id));
    }
    expect(ends.map(({ status }) => status)).toEqual(
      Array.from({ length: 3 }, () => "Completed"),
    );
    const [one, two, three] = ends.map(({ finished_at: at }) => at ?? "");
    expect([one, two, three]).toEqual([one, two, three].sort());
    await expectExactFiles(refill, { id: third.id });
  });

  test("the wait does not count towards the time limit, which counts from when the turn has come", async () => {
    const gate = await closeGate(refill.databaseUrl);
    const first = await openDays("2024-03-01", "2024-03-04");
    const { id } = await start(refill.context, {
      ...tenDays,
      overlap: "queue",
      timeLimitMs: 2_000,
    });
    await until(() => heldOf(id, "created_at + interval '3 seconds' < now()"));
    expect((await describing(id)).status).toBe("Starting");
    await cancelBackfill(refill.context, { id: first, reason: null });
    expect((await untilClosed(refill.context, id)).status).toBe("TimedOut");
    expect(
      await heldOf(id, "finished_at >= started_at + interval '2 seconds'"),
    ).toBe(true);
    await gate.open();
    const workflow = refill.temporal.workflow.getHandle(
      backfillWorkflowId(id, 1),
    );
    expect((await workflow.describe()).status.name).toBe("TERMINATED");
  });

  test("a cancel ends the wait, and the next in the queue goes on without it", async () => {
    const gate = await closeGate(refill.databaseUrl);
    const first = await openDays("2024-03-01", "2024-03-04");
    const queued = { ...tenDays, overlap: "queue" } as const;
    const second = await start(refill.context, queued);
    const third = await start(refill.context, queued);
    await cancelBackfill(refill.context, { id: second.id, reason: null });
    expect((await untilClosed(refill.context, second.id)).status).toBe(
      "Cancelled",
    );
    expect((await describing(third.id)).waits_for).toEqual([first]);
    await gate.open();
    expect((await untilClosed(refill.context, third.id)).status).toBe(
      "Completed",
    );
  });
});
