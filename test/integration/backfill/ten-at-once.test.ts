import { afterEach, beforeEach, expect, test } from "@jest/globals";
import {
  closeGate,
  createGate,
  gatedSource,
  openGates,
  runningCopies,
} from "./gate.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  start,
  until,
  untilClosed,
} from "./installation.js";
import { atWork, describing } from "./steered.js";

let refill: Installation;

/** A worker with so many slots, and an export whose runs wait at a gate. */
async function install(slots: number) {
  refill = await createInstallation({
    env: {
      REFILL_MAX_CONCURRENT_EXPORTS: String(slots),
      REFILL_MAX_SOURCE_CONNECTIONS: String(slots),
    },
  });
  await createEvents(refill.pool, {
    start: "2024-04-01",
    end: "2024-05-01",
    every: "1 hour",
  });
  await createGate(refill.pool);
  await createEventsExport(refill.context, {
    source: gatedSource,
  });
}

beforeEach(openGates);
afterEach(async () => {
  await openGates();
  await refill.remove();
});

const day = (number: number) =>
  new Date(Date.UTC(2024, 3, number)).toISOString();

/** Ten backfills of one export, of three days each. */
function startTen() {
  return Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      start(refill.context, {
        start: day(1 + index * 3),
        end: day(4 + index * 3),
        concurrency: 1,
        stopAfter: 0,
      }),
    ),
  );
}

test("ten backfills of one export are at work at once, and each stays within its own window", async () => {
  await install(20);
  const gate = await closeGate(refill.databaseUrl);
  refill.startWorker();
  const ids = (await startTen()).map(({ id }) => id);
  await until(async () =>
    (await runningCopies(refill.pool)) === 10 ? true : null,
  );
  const counts = await Promise.all(ids.map((id) => atWork(refill, id)));
  expect(counts).toEqual(ids.map(() => 1));
  await gate.open();
  for (const id of ids) {
    expect(await untilClosed(refill.context, id)).toMatchObject({
      status: "Completed",
      total_records_count: 72n,
    });
  }
});

test("ten backfills that share two slots all complete", async () => {
  await install(2);
  refill.startWorker();
  const gate = await closeGate(refill.databaseUrl);
  const ids = (await startTen()).map(({ id }) => id);
  await until(async () =>
    (await runningCopies(refill.pool)) === 2 ? true : null,
  );
  await gate.open();
  for (const id of ids) {
    expect(await untilClosed(refill.context, id)).toMatchObject({
      status: "Completed",
      total_records_count: 72n,
    });
    expect((await describing(refill, id)).runs).toMatchObject({
      total: 3,
      completed: 3,
    });
  }
});
