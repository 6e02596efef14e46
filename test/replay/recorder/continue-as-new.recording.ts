import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Client } from "pg";
import { backfillWorkflowId } from "../../../src/contract/backfill-workflow.js";
import type { BackfillStatus } from "../../../src/domain/backfills/status.js";
import { findBackfill } from "../../../src/store/backfills/backfill-row.js";
import {
  createEventsExport,
  type Installation,
  until,
  untilClosed,
} from "../../integration/backfill/installation.js";
import { earlyServers } from "../../integration/servers/servers.js";
import { keepHistory, removeUnreleased } from "../recorded-histories.js";
import { install, startDays, workflowOf } from "./recording.js";

let refill: Installation;

beforeAll(() => {
  removeUnreleased("continue-as-new");
});

describe("a backfill that continues as new after 40 events", () => {
  beforeAll(async () => {
    refill = await install(await earlyServers());
    await createEventsExport(refill.context);
  });
  afterAll(() => refill.remove());

  /** Keeps the history of each Temporal run, from the first to the last. */
  async function recordChain(
    name: string,
    id: string,
    status: BackfillStatus,
  ): Promise<void> {
    expect(await untilClosed(refill.context, id)).toMatchObject({ status });
    const row = await findBackfill(refill.pool, id);
    let runId: string | null = row?.first_execution_run_id ?? null;
    for (let index = 1; runId !== null; index += 1) {
      const handle = refill.temporal.workflow.getHandle(
        backfillWorkflowId(id, 1),
        runId,
        { followRuns: false },
      );
      await handle.result().catch(() => undefined); // it ends by continuing as new
      const history = await handle.fetchHistory();
      keepHistory(`continue-as-new/${name}-${index}`, history);
      const last = history.events?.at(-1);
      runId =
        last?.workflowExecutionContinuedAsNewEventAttributes
          ?.newExecutionRunId ?? null;
    }
  }

  test("completed", async () => {
    refill.startWorker();
    const { id } = await startDays(refill, { end: "2024-04-10" });
    await recordChain("continued", id, "Completed");
  });

  test("cancelled while it continues as new", async () => {
    await refill.pool.query(`
      create function public.hold() returns trigger language plpgsql as $$
      begin perform pg_advisory_xact_lock_shared(43); return null; end $$;
      create trigger continuing_is_held after update of status on refill.backfill
        for each row when (new.status = 'ContinuedAsNew') execute function public.hold();`);
    const holder = new Client({ connectionString: refill.databaseUrl });
    await holder.connect();
    await holder.query("select pg_advisory_lock(43)");
    const { id } = await startDays(refill, { end: "2024-04-10" });
    await until(async () => ((await isLockAwaited(holder)) ? true : null));
    await workflowOf(refill, id).cancel();
    await holder.end();
    await recordChain("cancelled-while-continuing", id, "Cancelled");
  });
});

async function isLockAwaited(client: Client): Promise<boolean> {
  const { rowCount } = await client.query(
    `select 1 from pg_locks where locktype = 'advisory' and objid = 43 and not granted`,
  );
  return (rowCount ?? 0) > 0;
}
