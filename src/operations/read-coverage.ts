import type { BatchExportDefinition } from "../definition/definition.js";
import { outputIdentity } from "../definition/output-identity.js";
import type { CoverageClaim } from "../domain/coverage.js";
import {
  type CoveragePlan,
  type RunRange,
  claimsOf,
  isWhole,
  possiblySuperseded,
  tilesItsRange,
} from "../domain/coverage-claims.js";
import {
  type CoveragePlanRow,
  type RunRangeRow,
  listCoveragePlans,
  listDefinitions,
  listLiveRunRanges,
  listRunRanges,
  listSupersededRanges,
} from "../store/coverage.js";
import { instantMs, instantMsOrNull } from "../store/instant-text.js";
import type { Queryable } from "../store/queryable.js";

/**
 * What the ledger claims of an export's time, as seen by a definition: what was written under one that writes something
 * else is stale. Reads the ledger alone.
 */
export async function readCoverageClaims(
  db: Queryable,
  of: {
    readonly batchExportId: string;
    readonly definition: BatchExportDefinition;
    /** A backfill that is not to be counted, because it asks for itself; null: none. */
    readonly exceptBackfill: string | null;
  },
): Promise<readonly CoverageClaim[]> {
  const isCurrent = await currentVersions(db, of);
  const plans = (await listCoveragePlans(db, of.batchExportId))
    .filter(({ id }) => id !== of.exceptBackfill)
    .map((row) => planOf(row, isCurrent(row.definition_version)));
  const looked = plans.filter(
    (plan) => plan.plannedAt !== null && !isWhole(plan),
  );
  const idsOf = (wanted: boolean) =>
    looked.filter((plan) => tilesItsRange(plan) === wanted).map(({ id }) => id);
  const runs = [
    ...(await listRunRanges(db, idsOf(true), "exceptions")),
    ...(await listRunRanges(db, idsOf(false), "all")),
    ...(await listLiveRunRanges(db, of.batchExportId)),
  ];
  return claimsOf({
    plans,
    runs: runs.map((row) => runRangeOf(row, isCurrent)),
    superseded: await supersededRanges(db, plans),
  });
}

async function currentVersions(
  db: Queryable,
  of: {
    readonly batchExportId: string;
    readonly definition: BatchExportDefinition;
  },
): Promise<(version: number) => boolean> {
  const identity = outputIdentity(of.definition);
  const current = new Set(
    (await listDefinitions(db, of.batchExportId))
      .filter(({ definition }) => outputIdentity(definition) === identity)
      .map(({ version }) => version),
  );
  return (version) => current.has(version);
}

async function supersededRanges(db: Queryable, plans: readonly CoveragePlan[]) {
  const pairs = possiblySuperseded(plans);
  if (pairs.others.length === 0) return [];
  const rows = await listSupersededRanges(db, pairs);
  return rows.map(({ start_ms, end_ms }) => ({
    startMs: start_ms,
    endMs: end_ms,
  }));
}

function planOf(row: CoveragePlanRow, isCurrent: boolean): CoveragePlan {
  return {
    id: row.id,
    isCurrent,
    status: row.status,
    selection: row.selection,
    isTrimmed: row.is_trimmed,
    startMs: instantMsOrNull(row.start_at),
    endMs: instantMs(row.range_end),
    plannedAt: row.planned_at,
    finishedAt: row.finished_at,
    dataStartMs: instantMsOrNull(row.data_start_at),
  };
}

function runRangeOf(
  row: RunRangeRow,
  isCurrent: (version: number) => boolean,
): RunRange {
  const version = row.definition_version;
  return {
    ...(version === null ? {} : { isCurrent: isCurrent(version) }),
    backfill: row.backfill_id,
    state: row.state,
    startMs: row.start_ms,
    endMs: row.end_ms,
  };
}
