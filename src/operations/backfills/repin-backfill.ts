import { randomUUID } from "node:crypto";
import type { BackfillObject } from "../../contract/objects/backfill.js";
import type { BatchExportDefinition } from "../../definition/definition.js";
import {
  changesIntervals,
  changeText,
  type DefinitionChange,
  definitionChanges,
} from "../../definition/definition-changes.js";
import { isOpen } from "../../domain/backfills/status.js";
import { RefillError } from "../../domain/errors.js";
import { addWarning } from "../../store/backfills/add-warning.js";
import { insertCommand } from "../../store/backfills/backfill-commands.js";
import type { BackfillRow } from "../../store/backfills/backfill-row.js";
import { replacePin } from "../../store/backfills/pinned-versions.js";
import { inTransaction } from "../../store/database/in-transaction.js";
import {
  findExportVersion,
  findPinnedDefinition,
} from "../../store/exports/export-rows.js";
import type { OperationContext } from "../context.js";
import { backfillObjectOf } from "./backfill-object.js";
import { findOrFail } from "./find-backfill.js";
import { readReconciled } from "./read-backfill.js";

/** A backfill that took another definition, and what that changes. */
export interface Repinned {
  readonly backfill: BackfillObject;
  readonly from: number;
  readonly to: number;
  readonly changes: readonly DefinitionChange[];
  /** Runs that are not completed: open, or for a retry to open. */
  readonly runs: number;
}

/**
 * Makes a backfill take its export's current definition for the runs that are not completed. Its plan stays as it is, so
 * the intervals must be the same. From here on no run begins under the old definition; one at work ends under it, and
 * what was completed keeps the definition that it was written under, for `verify` and coverage too. Works without a worker
 * and without Temporal. A closed backfill stays closed: a retry exports what is left.
 * @throws RefillError BACKFILL_NOT_FOUND, BACKFILL_OPEN while it is being planned, NOTHING_TO_REPIN, INTERVALS_CHANGED
 */
export async function repinBackfill(
  context: OperationContext,
  { id, reason }: { readonly id: string; readonly reason: string | null },
): Promise<Repinned> {
  const { row } = await readReconciled(context, id);
  const runs = runsLeft(row);
  const from = row.definition_version;
  const to = await findExportVersion(context.pool, row.batch_export_id);
  if (from === to) throw pinsTheCurrent(row);
  const changes = definitionChanges(
    await definitionOf(context, row, from),
    await definitionOf(context, row, to),
  );
  refuseOtherIntervals(row, changes);
  await write(context, row, { from, to, changes, runs, reason });
  const backfill = backfillObjectOf(await findOrFail(context.pool, row.id));
  return { backfill, from, to, changes, runs };
}

/** @throws RefillError BACKFILL_OPEN, NOTHING_TO_REPIN */
function runsLeft(row: BackfillRow): number {
  const { total_runs: total } = row;
  const details = { backfill: row.id, status: row.status };
  if (total === null) throw isUnplanned(row, details);
  const left = total - row.tally.completed;
  if (left > 0) return left;
  throw new RefillError(
    "NOTHING_TO_REPIN",
    `Expected a backfill with runs that are not completed; got ${row.id}, which is ${row.status}: all its ${String(total)} runs are completed. Start another one to export them under the new definition.`,
    { details },
  );
}

function isUnplanned(
  row: BackfillRow,
  details: Readonly<Record<string, unknown>>,
): RefillError {
  return isOpen(row.status)
    ? new RefillError(
        "BACKFILL_OPEN",
        `Expected a backfill with a plan; got ${row.id}, whose plan is not made yet. Wait for it, or cancel the backfill and start another one, which takes the current definition.`,
        { details },
      )
    : new RefillError(
        "NOTHING_TO_REPIN",
        `Expected a backfill with a plan; got ${row.id}, which is ${row.status} and never had one. Start another one, which takes the current definition.`,
        { details },
      );
}

function pinsTheCurrent(row: BackfillRow): RefillError {
  return new RefillError(
    "NOTHING_TO_REPIN",
    `Expected an export whose definition was changed; got ${row.export_name}, whose current version ${String(row.definition_version)} backfill ${row.id} pins already. Change the export first: refill export update.`,
    {
      details: {
        backfill: row.id,
        definition_version: row.definition_version,
      },
    },
  );
}

async function definitionOf(
  { pool }: OperationContext,
  { batch_export_id: batchExportId }: BackfillRow,
  version: number,
): Promise<BatchExportDefinition> {
  const pinned = await findPinnedDefinition(pool, { batchExportId, version });
  if (pinned !== null) return pinned;
  throw new Error("The ledger holds every version of a definition");
}

function refuseOtherIntervals(
  row: BackfillRow,
  changes: readonly DefinitionChange[],
): void {
  const problems = changes.filter(changesIntervals).map(changeText);
  if (problems.length === 0) return;
  throw new RefillError(
    "INTERVALS_CHANGED",
    `Expected a definition with the intervals of the plan; got one that changes ${problems.join(", ")}. Start another backfill for the ranges that are left: refill backfill start --only missing.`,
    { details: { backfill: row.id, problems } },
  );
}

async function write(
  { pool, requestedBy }: OperationContext,
  row: BackfillRow,
  {
    reason,
    changes,
    ...pins
  }: Omit<Repinned, "backfill"> & { readonly reason: string | null },
): Promise<void> {
  const { id: backfillId, generation } = row;
  const isFirst = await inTransaction(pool, async (client) => {
    if (!(await replacePin(client, { backfillId, generation, ...pins }))) {
      return false;
    }
    const warning = `Taken from version ${String(pins.from)} of the definition to version ${String(pins.to)} when ${String(pins.runs)} runs were left: ${changes.map(changeText).join(", ")}. The plan, and its estimate, are as they were made.`;
    await addWarning(client, { backfillId, warning });
    return insertCommand(client, {
      id: randomUUID(),
      backfillId,
      kind: "repin",
      arguments: pins,
      reason,
      requestedBy,
    });
  });
  // Another one was first: what it did is what there is to say.
  if (!isFirst) throw pinsTheCurrent(await findOrFail(pool, backfillId));
}
