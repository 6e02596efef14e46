import type { Pool } from "pg";
import type {
  Fence,
  NextBatches,
  NextBatchesInput,
} from "../../contract/activities.js";
import { specOf } from "../../definition/interval-spec.js";
import { isOpen } from "../../domain/backfills/status.js";
import type { WindowBatch } from "../../domain/backfills/window-batch.js";
import { batchSize, cutBatches } from "../../domain/plans/batch.js";
import type { IntervalSpec } from "../../domain/time/interval.js";
import { localLabel } from "../../domain/time/local-label.js";
import {
  type BackfillRow,
  controlOf,
  findBackfill,
} from "../../store/backfills/backfill-row.js";
import { findPinnedDefinition } from "../../store/exports/export-rows.js";
import {
  listDueRuns,
  msUntilNextDue,
  type OpenRun,
} from "../../store/runs/open-runs.js";
import { fencedOff } from "../activity-failure.js";
import type { ActivityDependencies } from "../dependencies.js";
import { nextLookMs } from "../runs/poll-timing.js";
import { settleLostRuns } from "../runs/settle-lost-runs.js";
import { ledgerSummaryOf } from "./ledger-summary.js";

/** Above any ordinal. */
const NO_BOUND = 2 ** 31 - 1;

/** The next batches of open runs in the order of export, or how long to wait for one. */
export async function nextBatches(
  dependencies: ActivityDependencies,
  input: NextBatchesInput,
): Promise<NextBatches> {
  const { pool } = dependencies;
  let row = await findOurs(pool, input);
  if (input.idle) {
    await settleAll(dependencies, input);
    row = await findOurs(pool, input);
  }
  const definition = await findPinnedDefinition(pool, {
    batchExportId: row.batch_export_id,
    version: row.definition_version,
  });
  if (definition === null) throw fencedOff(input);
  const ledger = ledgerSummaryOf(row);
  const size = batchSize(ledger.openRuns, input.concurrency);
  const runs = await listDueRuns(pool, {
    ...input,
    from: input.after + 1,
    to: NO_BOUND,
    limit: input.limit * size,
  });
  const spec = specOf(definition);
  const batches = cutBatches(runs, size)
    .slice(0, input.limit)
    .map((batch) => batchOf(batch, spec));
  const dueInMs = (await msUntilNextDue(pool, input.backfillId)) ?? 0;
  return {
    batches,
    control: controlOf(row),
    ledger,
    waitMs: nextLookMs(dueInMs),
  };
}

async function findOurs(pool: Pool, fence: Fence): Promise<BackfillRow> {
  const row = await findBackfill(pool, fence.backfillId);
  if (row?.generation !== fence.generation || !isOpen(row.status)) {
    throw fencedOff(fence);
  }
  return row;
}

async function settleAll(
  { pool, config }: ActivityDependencies,
  fence: Fence,
): Promise<void> {
  await settleLostRuns({
    config,
    fence,
    ledger: (statement) => statement(pool),
    lane: null,
  });
}

function batchOf(runs: readonly OpenRun[], spec: IntervalSpec): WindowBatch {
  const [first] = runs;
  const last = runs.at(-1);
  if (first === undefined || last === undefined) {
    throw new Error("A batch has at least one run");
  }
  return {
    from: first.ordinal,
    to: last.ordinal + 1,
    label: labelOf(first, last, spec),
  };
}

/** `runs 120-144, 2001-03-01 to 2001-03-25`, or `run 120, 2001-03-01`. */
function labelOf(first: OpenRun, last: OpenRun, spec: IntervalSpec): string {
  const from = localLabel(spec, first.startMs);
  if (first === last) return `run ${String(first.ordinal)}, ${from}`;
  const to = localLabel(spec, last.startMs);
  return `runs ${String(first.ordinal)}-${String(last.ordinal)}, ${from} to ${to}`;
}
