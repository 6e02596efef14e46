import { expect } from "@jest/globals";
import { backfillWorkflowId } from "../../../src/contract/backfill-workflow.js";
import { cancelBackfill } from "../../../src/operations/backfills/cancel-backfill.js";
import { describeBackfill } from "../../../src/operations/backfills/describe-backfill.js";
import type { StartRequest } from "../../../src/operations/backfills/start-backfill.js";
import { type ClosedGate, closeGate, gatedSource } from "./gate.js";
import {
  createEventsExport,
  type Installation,
  start,
  until,
  untilClosed,
} from "./installation.js";

/** Thirty days, so many that no control comes too late. */
export const april = { start: "2024-04-01", end: "2024-05-01" };

/** An export of its own for a test, whose exports wait at the gate, and a backfill of April without a canary. */
export async function startGated(
  refill: Installation,
  name: string,
  request: Partial<StartRequest> = {},
): Promise<string> {
  await createEventsExport(refill.context, {
    name,
    source: gatedSource,
  });
  const { id } = await start(refill.context, {
    ...april,
    export: name,
    stopAfter: 0,
    ...request,
  });
  return id;
}

export async function describing(refill: Installation, id: string) {
  const { description } = await describeBackfill(refill.context, { id });
  return description;
}

/** How many of a backfill's runs are at work. */
export async function atWork(
  { pool }: Installation,
  id: string,
): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::integer as count from refill.run where open_backfill_id = $1 and status = 'Running'`,
    [id],
  );
  return rows[0]?.count ?? 0;
}

/** Waits until exactly so many runs are at work. */
export async function untilAtWork(
  refill: Installation,
  id: string,
  count: number,
): Promise<void> {
  await until(async () => ((await atWork(refill, id)) === count ? true : null));
}

/**
 * Waits until a planned backfill's workflow has nothing in flight and nothing to do: from then on no run can begin
 * before someone asks for something.
 */
export async function untilIdle(
  refill: Installation,
  id: string,
): Promise<void> {
  const workflow = refill.temporal.workflow.getHandle(
    backfillWorkflowId(id, 1),
  );
  await until(async () => {
    const { runs } = await describing(refill, id);
    const { raw } = await workflow.describe();
    const isBusy =
      raw.pendingWorkflowTask != null || raw.pendingActivities?.length !== 0;
    return runs === null || runs.running > 0 || isBusy ? null : true;
  });
}

/** The ledger by status: `{ Completed: 2, Starting: 28 }`. */
export async function runsByStatus(
  { pool }: Installation,
  id: string,
): Promise<Readonly<Record<string, number>>> {
  const { rows } = await pool.query<{ status: string; count: number }>(
    `select status, count(*)::integer as count from refill.run where backfill_id = $1 group by 1`,
    [id],
  );
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

/** The most runs that were ever at work at the moment that one of those claimed after `since` was claimed, itself included. */
export async function mostAtOnce(
  { pool }: Installation,
  id: string,
  since = "-infinity",
): Promise<number> {
  const { rows } = await pool.query<{ most: number }>(
    `select max((
       select count(*) from refill.run other
       where other.backfill_id = r.backfill_id and other.claimed_at <= r.claimed_at
         and coalesce(other.finished_at, 'infinity') > r.claimed_at
     ))::integer as most
     from refill.run r where r.backfill_id = $1 and r.claimed_at > $2`,
    [id, since],
  );
  return rows[0]?.most ?? 0;
}

/** The database's clock, to compare with what it wrote. */
export async function databaseNow({ pool }: Installation): Promise<string> {
  const { rows } = await pool.query<{ now: string }>(
    "select clock_timestamp()::text as now",
  );
  return rows[0]?.now ?? "";
}

/** A backfill with two runs at work behind the closed gate. */
export async function startHeld(
  refill: Installation,
  name: string,
): Promise<{ readonly id: string; readonly gate: ClosedGate }> {
  const gate = await closeGate(refill.databaseUrl);
  const id = await startGated(refill, name, { concurrency: 2 });
  await untilAtWork(refill, id, 2);
  return { id, gate };
}

/** A backfill that was drained after its first two runs: those are completed, and the rest never begun. */
export async function startAndCancel(
  refill: Installation,
  name: string,
): Promise<string> {
  const { id, gate } = await startHeld(refill, name);
  await cancelBackfill(refill.context, { id, reason: null, mode: "drain" });
  await gate.open();
  expect((await untilClosed(refill.context, id)).status).toBe("Cancelled");
  return id;
}
