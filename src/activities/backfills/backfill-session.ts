import type { ExportRunsInput } from "../../contract/activities.js";
import { addWarning } from "../../store/backfills/add-warning.js";
import { findBackfill } from "../../store/backfills/backfill-row.js";
import { pauseForFailures } from "../../store/backfills/control.js";
import { keepColumns } from "../../store/backfills/pinned-versions.js";
import { findPinnedDefinition } from "../../store/exports/export-rows.js";
import { explainRefusal } from "../../store/runs/claim-refusal.js";
import { claimRun } from "../../store/runs/claims.js";
import { deferRun, type OpenRun } from "../../store/runs/open-runs.js";
import { fencedOff } from "../activity-failure.js";
import type { ActivityDependencies } from "../dependencies.js";
import { untilLedgerAnswers } from "../ledger-retry.js";
import { ExportSession, type Pinned } from "../runs/export-session.js";
import type { RunToExport } from "../runs/run-to-export.js";

/**
 * What the runs of one batch of a backfill share.
 * @throws ApplicationFailure FENCED_OFF when the backfill is closed, or of another generation
 */
export async function openBackfillSession(
  dependencies: ActivityDependencies,
  input: ExportRunsInput,
  signal: AbortSignal,
): Promise<ExportSession> {
  const pinned = await untilLedgerAnswers(
    () => pinnedBy(dependencies, input),
    signal,
  );
  if (pinned === null) throw fencedOff(input);
  return new ExportSession({ dependencies, signal, pinned });
}

async function pinnedBy(
  { pool }: ActivityDependencies,
  { backfillId, generation }: ExportRunsInput,
): Promise<Pinned | null> {
  const row = await findBackfill(pool, backfillId);
  if (row?.generation !== generation) return null;
  const batchExportId = row.batch_export_id;
  const version = row.definition_version;
  const definition = await findPinnedDefinition(pool, {
    batchExportId,
    version,
  });
  if (definition === null) return null;
  return {
    batchExportId,
    definition,
    version,
    planned: row.source_columns,
    keepColumns: async (db, found) =>
      // Where another definition is taken by now, the claim that goes with these columns is refused.
      (await keepColumns(db, { backfillId, version, found })) ?? found,
    warn: (db, warning) => addWarning(db, { backfillId, warning }),
  };
}

/** A run of a backfill, claimed with the slot of the window that the batch holds. */
export function backfillRun(
  input: ExportRunsInput,
  { ordinal, startMs, endMs }: OpenRun,
): RunToExport {
  const { backfillId } = input;
  return {
    startMs,
    endMs,
    label: `${backfillId}/${String(ordinal)}`,
    subject: { "refill.backfill.id": backfillId, "refill.run.number": ordinal },
    claim: (db, by) => claimRun(db, { ...input, ...by, ordinal }),
    explainRefusal: (db, refused) =>
      explainRefusal(db, { ...input, ...refused, ordinal }),
    defer: (db, delayMs) => deferRun(db, { backfillId, ordinal }, delayMs),
    failedAlike: (db) => pauseForFailures(db, input),
  };
}
