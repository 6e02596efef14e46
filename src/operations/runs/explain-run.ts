import type {
  AttemptObject,
  OutputObject,
  RunStoryObject,
} from "../../contract/objects/run-story.js";
import { specOf } from "../../definition/interval-spec.js";
import { RefillError } from "../../domain/errors.js";
import { boundaryAt, dateIndex } from "../../domain/time/boundary.js";
import { formatInstant, parseTimestamp } from "../../domain/time/instant.js";
import type { BackfillRow } from "../../store/backfills/backfill-row.js";
import { rfc3339, rfc3339OrNull } from "../../store/database/instant-text.js";
import { findPinnedDefinition } from "../../store/exports/export-rows.js";
import type { BackfillRunRow } from "../../store/runs/run-rows.js";
import {
  type AttemptRow,
  findRunRow,
  findRunSetting,
  listAttempts,
  type RunSetting,
} from "../../store/runs/run-story.js";
import { findOrFail } from "../backfills/find-backfill.js";
import type { OperationContext } from "../context.js";
import { runObjectOf } from "./run-object.js";

/** How people name a run: by its number, or by a time inside of its interval. */
export interface RunReference {
  readonly id: string;
  readonly run: string;
}

/**
 * The whole story of one run, from the ledger.
 * @throws RefillError BACKFILL_NOT_FOUND, RUN_NOT_FOUND, TIMESTAMP_NAIVE
 */
export async function explainRun(
  { pool }: OperationContext,
  reference: RunReference,
): Promise<RunStoryObject> {
  const backfill = await findOrFail(pool, reference.id);
  const run = await findRun({ pool }, backfill, reference);
  const [attempts, setting] = await Promise.all([
    listAttempts(pool, run.id),
    findRunSetting(pool, run.id),
  ]);
  return {
    run: runObjectOf(run),
    planned: {
      at: rfc3339(backfill.planned_at ?? run.created_at),
      digest: backfill.plan_digest ?? "",
      definition_version: backfill.repinned_from ?? backfill.definition_version,
      reason: reasonOf(backfill, run),
    },
    definition_version:
      setting?.definition_version ?? backfill.definition_version,
    attempts: attempts.map(attemptOf),
    next_attempt_at: rfc3339OrNull(setting?.next_attempt_at ?? null),
    output: outputOf(setting),
  };
}

async function findRun(
  { pool }: Pick<OperationContext, "pool">,
  backfill: BackfillRow,
  { run: text }: RunReference,
): Promise<BackfillRunRow> {
  const place = /^\d{1,7}$/.test(text)
    ? { ordinal: Number(text) }
    : { at: formatInstant(await instantOf({ pool }, backfill, text)) };
  const run = await findRunRow(pool, { backfillId: backfill.id, ...place });
  if (run !== null) return run;
  const runs = backfill.total_runs;
  const known =
    runs === null
      ? "It has no plan"
      : `It has the runs 0 to ${String(runs - 1)}`;
  throw new RefillError(
    "RUN_NOT_FOUND",
    `Expected the number of a run, or a time inside of its interval; got ${text}, which backfill ${backfill.id} has no run for. ${known}: see refill backfill runs.`,
    { details: { backfill: backfill.id, run: text, total_runs: runs } },
  );
}

/** A bare date means where that day begins for the export, as in the range of a start. */
async function instantOf(
  { pool }: Pick<OperationContext, "pool">,
  backfill: BackfillRow,
  text: string,
): Promise<number> {
  const parsed = parseTimestamp(text);
  if (parsed.kind === "instant") return parsed.instantMs;
  if (parsed.kind === "date") {
    const definition = await findPinnedDefinition(pool, {
      batchExportId: backfill.batch_export_id,
      version: backfill.definition_version,
    });
    if (definition !== null) {
      const spec = specOf(definition);
      return boundaryAt(spec, dateIndex(spec, parsed.date));
    }
  }
  throw new RefillError(
    parsed.kind === "naive" ? "TIMESTAMP_NAIVE" : "TIMESTAMP_INVALID",
    `Expected the number of a run, or a time with its offset such as 2001-03-01T05:00:00Z; got ${text}.`,
  );
}

function reasonOf(backfill: BackfillRow, run: BackfillRunRow): string {
  const place = `Interval ${String(run.ordinal + 1)} of ${String(backfill.total_runs)}, ${backfill.run_order} first, of the range that ${backfill.requested_by} asked for.`;
  if (run.records_expected === null) {
    return `${place} The plan did not count its records.`;
  }
  if (run.status === "Completed" && run.attempt === 0) {
    return `${place} The plan counted no records, and nothing stood at the destination: it was closed without an export.`;
  }
  return `${place} The plan counted ${String(run.records_expected)} records.`;
}

function attemptOf(row: AttemptRow): AttemptObject {
  return {
    ...row,
    began_at: rfc3339OrNull(row.began_at),
    ended_at: rfc3339OrNull(row.ended_at),
  };
}

function outputOf(setting: RunSetting | null): OutputObject | null {
  if (setting?.published == null) return null;
  const { identity, run, token, keys } = setting.published;
  return {
    destination: identity,
    run,
    backfill: setting.publisher,
    token,
    keys,
  };
}
