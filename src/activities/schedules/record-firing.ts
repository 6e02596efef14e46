import type { Pool } from "pg";
import type { Firing, RecordFiringInput } from "../../contract/schedule.js";
import { specOf } from "../../definition/interval-spec.js";
import {
  type DueIntervals,
  dueIntervals,
} from "../../domain/coverage/due-intervals.js";
import { formatInstant, instantOf } from "../../domain/time/instant.js";
import type { TimeRange } from "../../domain/time/split.js";
import { readCoverageClaims } from "../../operations/coverage/read-coverage.js";
import { inTransaction } from "../../store/database/in-transaction.js";
import { instantMs } from "../../store/database/instant-text.js";
import type { Queryable } from "../../store/database/queryable.js";
import {
  type BatchExportRow,
  findExports,
} from "../../store/exports/export-rows.js";
import {
  insertLiveRuns,
  readLiveLedger,
} from "../../store/schedules/live-runs.js";
import {
  lockSchedule,
  markFired,
  type ScheduleRow,
} from "../../store/schedules/schedule-rows.js";
import type { ActivityDependencies } from "../dependencies.js";

/** One statement's worth of intervals. */
const CHUNK_RUNS = 10_000;

/**
 * Finds what a firing is to export and writes it to the ledger, under the schedule's lock: firings that come at once, or
 * twice, ask for each interval once. Then it wakes the schedule's exporter.
 */
export async function recordFiring(
  { pool, temporal }: ActivityDependencies,
  input: RecordFiringInput,
): Promise<Firing> {
  const firing = await record(pool, input);
  const { scheduleId, exportName } = input;
  const { open_runs: openRuns } = await readLiveLedger(pool, scheduleId);
  if (openRuns > 0) {
    const gateway = await temporal();
    await gateway.schedules.wake({ scheduleId, exportName });
  }
  return firing;
}

const nothing = { newRuns: 0, lookbackRuns: 0 } as const;

async function record(pool: Pool, input: RecordFiringInput): Promise<Firing> {
  return inTransaction(pool, async (client) => {
    const schedule = await lockSchedule(client, input.scheduleId);
    const [row] =
      schedule === null
        ? []
        : await findExports(client, {
            export: schedule.batch_export_id,
            team: null,
          });
    if (schedule?.deleted_at !== null || row === undefined) {
      return { ...nothing, ignored: "deleted" };
    }
    if (schedule.paused_at !== null && !input.isTriggered) {
      return { ...nothing, ignored: "paused" };
    }
    const due = await findDue(client, { schedule, row, input });
    const runs = { client, schedule, row, firedFor: input.firedFor };
    const newRuns = await insert(runs, due.uncovered, false);
    const lookbackRuns = await insert(runs, due.lookback, true);
    await markFired(client, {
      id: schedule.id,
      firedFor: input.firedFor,
      through: formatInstant(due.throughMs),
    });
    return { newRuns: newRuns + lookbackRuns, lookbackRuns, ignored: null };
  });
}

async function findDue(
  db: Queryable,
  {
    schedule,
    row,
    input,
  }: {
    readonly schedule: ScheduleRow;
    readonly row: BatchExportRow;
    readonly input: RecordFiringInput;
  },
): Promise<DueIntervals> {
  return dueIntervals({
    spec: specOf(row.definition),
    firedForMs: instantOf(input.firedFor),
    liveFromMs: instantMs(schedule.live_from),
    firedThroughMs: instantMs(schedule.fired_through),
    lookback: schedule.lookback,
    isTriggered: input.isTriggered,
    claims: await readCoverageClaims(db, {
      batchExportId: row.id,
      definition: row.definition,
      exceptBackfill: null,
    }),
  });
}

async function insert(
  {
    client,
    schedule,
    row,
    firedFor,
  }: {
    readonly client: Queryable;
    readonly schedule: ScheduleRow;
    readonly row: BatchExportRow;
    readonly firedFor: string;
  },
  intervals: readonly TimeRange[],
  isLookback: boolean,
): Promise<number> {
  let added = 0;
  for (let from = 0; from < intervals.length; from += CHUNK_RUNS) {
    added += await insertLiveRuns(client, {
      scheduleId: schedule.id,
      batchExportId: row.id,
      definitionVersion: row.definition_version,
      firedFor,
      isLookback,
      intervals: intervals
        .slice(from, from + CHUNK_RUNS)
        .map(({ startMs, endMs }) => ({
          start: formatInstant(startMs),
          end: formatInstant(endMs),
        })),
    });
  }
  return added;
}
