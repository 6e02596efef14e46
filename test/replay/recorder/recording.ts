import { expect } from "@jest/globals";
import { backfillWorkflowId } from "../../../src/contract/backfill-workflow.js";
import type { BackfillStatus } from "../../../src/domain/backfills/status.js";
import type { StartRequest } from "../../../src/operations/backfills/start-backfill.js";
import { createGate } from "../../integration/backfill/gate.js";
import {
  createEvents,
  createInstallation,
  type Installation,
  start,
  untilClosed,
} from "../../integration/backfill/installation.js";
import type { TestServers } from "../../integration/servers/servers.js";
import { keepHistory } from "../recorded-histories.js";

// What recordings share. They are no tests: jest only runs them, because it can run TypeScript and has the servers. See
// CONTRIBUTING.md for when to.

export const source = {
  type: "postgres",
  connection: "default",
  table: "public.events",
  timestamp_column: "at",
};

/** An installation of its own for each recording; the worker is started by it, at the moment that suits. */
export async function install(servers?: TestServers): Promise<Installation> {
  // Long enough that the wait for the second attempt is seen on a busy machine.
  const env = { REFILL_RUN_INITIAL_BACKOFF: "5s" };
  const refill = await createInstallation(
    servers === undefined ? { env } : { env, servers },
  );
  await createEvents(refill.pool, {
    start: "2024-03-01",
    end: "2024-04-30",
    every: "6 hours",
  });
  await createGate(refill.pool);
  return refill;
}

/** A backfill of four days, changed as a recording needs it. */
export function startDays(
  { context }: Installation,
  request: Partial<StartRequest> = {},
) {
  const fourDays = { start: "2024-03-01", end: "2024-03-05", concurrency: 2 };
  return start(context, { ...fourDays, ...request });
}

/** Keeps the history of a backfill's one Temporal run, once that has ended as it should. */
export async function record(
  refill: Installation,
  name: string,
  id: string,
  status: BackfillStatus,
): Promise<void> {
  expect(await untilClosed(refill.context, id)).toMatchObject({ status });
  const handle = workflowOf(refill, id);
  await handle.result().catch(() => undefined); // a backfill that failed is a workflow that did
  keepHistory(`backfill/${name}`, await handle.fetchHistory());
}

export function workflowOf({ temporal }: Installation, id: string) {
  return temporal.workflow.getHandle(backfillWorkflowId(id, 1));
}
