import type { BatchExportDefinition } from "../../definition/definition.js";
import { outputIdentity } from "../../definition/output-identity.js";
import type { CoverageClaim } from "../../domain/coverage/coverage.js";
import {
  claimsOf,
  type CoveragePlan,
  isWhole,
  type LiveStretch,
  type PossiblySuperseded,
  possiblySuperseded,
  type RunRange,
  tilesItsRange,
} from "../../domain/coverage/coverage-claims.js";
import type { TimeRange } from "../../domain/time/split.js";
import {
  type CoveragePlanRow,
  listCoveragePlans,
  listDefinitions,
  listLiveRunRanges,
  listRunRanges,
  listSupersededRanges,
  type RunRangeRow,
} from "../../store/coverage/coverage-rows.js";
import {
  instantMs,
  instantMsOrNull,
} from "../../store/database/instant-text.js";
import type { Queryable } from "../../store/database/queryable.js";

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
  const current = await currentVersions(db, of);
  const plans = (await listCoveragePlans(db, of.batchExportId))
    .filter(({ id }) => id !== of.exceptBackfill)
    .map((row) => planOf(row, current.has(row.first_version)));
  const looked = plans.filter(
    (plan) => plan.plannedAt !== null && !isWhole(plan),
  );
  const idsOf = (wanted: boolean) =>
    looked.filter((plan) => tilesItsRange(plan) === wanted).map(({ id }) => id);
  const live = await listLiveRunRanges(db, of.batchExportId);
  const runs = [
    ...(await listRunRanges(db, idsOf(true), "exceptions")),
    ...(await listRunRanges(db, idsOf(false), "all")),
    ...live,
  ];
  return claimsOf({
    plans,
    runs: runs.map((row) => runRangeOf(row, current)),
    superseded: await supersededRanges(db, {
      batchExportId: of.batchExportId,
      current,
      possibly: possiblySuperseded(plans, liveStretches(live, current)),
    }),
  });
}

/** The versions of the definition that write what this one would write. */
async function currentVersions(
  db: Queryable,
  of: {
    readonly batchExportId: string;
    readonly definition: BatchExportDefinition;
  },
): Promise<ReadonlySet<number>> {
  const identity = outputIdentity(of.definition);
  return new Set(
    (await listDefinitions(db, of.batchExportId))
      .filter(({ definition }) => outputIdentity(definition) === identity)
      .map(({ version }) => version),
  );
}

function liveStretches(
  rows: readonly RunRangeRow[],
  current: ReadonlySet<number>,
): readonly LiveStretch[] {
  return rows.flatMap((row) =>
    row.state !== "completed" ||
    row.first_finished_at === null ||
    row.last_finished_at === null
      ? []
      : [
          {
            startMs: row.start_ms,
            endMs: row.end_ms,
            isCurrent: current.has(row.definition_version ?? 0),
            firstFinishedAt: row.first_finished_at,
            lastFinishedAt: row.last_finished_at,
          },
        ],
  );
}

async function supersededRanges(
  db: Queryable,
  of: {
    readonly batchExportId: string;
    readonly current: ReadonlySet<number>;
    readonly possibly: PossiblySuperseded;
  },
): Promise<readonly TimeRange[]> {
  const { backfills, liveRuns } = of.possibly;
  if (backfills.length === 0 && !liveRuns) return [];
  const rows = await listSupersededRanges(db, {
    batchExportId: of.batchExportId,
    backfills,
    withLiveRuns: liveRuns,
    currentVersions: [...of.current],
  });
  return rows.map(({ start_ms, end_ms }) => ({
    startMs: start_ms,
    endMs: end_ms,
  }));
}

function planOf(row: CoveragePlanRow, isCurrent: boolean): CoveragePlan {
  return {
    id: row.id,
    isCurrent,
    isRepinned: row.is_repinned,
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

function runRangeOf(row: RunRangeRow, current: ReadonlySet<number>): RunRange {
  const version = row.definition_version;
  return {
    ...(version === null ? {} : { isCurrent: current.has(version) }),
    backfill: row.backfill_id,
    state: row.state,
    startMs: row.start_ms,
    endMs: row.end_ms,
  };
}
