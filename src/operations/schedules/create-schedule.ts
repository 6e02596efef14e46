import { randomUUID } from "node:crypto";
import type { ScheduleObject } from "../../contract/objects/schedule.js";
import { specOf } from "../../definition/interval-spec.js";
import { RefillError } from "../../domain/errors.js";
import type { AuditMode } from "../../domain/schedules/audit-mode.js";
import { floorToInterval } from "../../domain/time/boundary.js";
import { formatInstant } from "../../domain/time/instant.js";
import type { IntervalSpec } from "../../domain/time/interval.js";
import { resolveRange } from "../../domain/time/range.js";
import { countIntervals } from "../../domain/time/split.js";
import { insertSchedule } from "../../store/schedules/schedule-rows.js";
import type { OperationContext } from "../context.js";
import {
  type ExportReference,
  resolveExport,
} from "../exports/resolve-export.js";
import { findScheduleOrFail, readScheduleObject } from "./find-schedule.js";
import { mirrorSchedule } from "./mirror-schedule.js";

export interface ScheduleRequest extends ExportReference {
  /** As typed: RFC 3339, or a bare date. Null: where the interval that is going on now began. */
  readonly from: string | null;
  readonly lookback: number;
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly catchUpMs: number;
  /** Live runs in flight, 1 to 100. */
  readonly concurrency: number;
  readonly audit: AuditMode;
  readonly note: string | null;
}

/** Further back is a backfill's work, which can be planned, watched and steered. */
const MAX_PAST_INTERVALS = 1_000;

/**
 * Makes an export's schedule: the row, then what Temporal is to do. From then on it exists even if this process dies in
 * between.
 * @throws RefillError EXPORT_*, TIMESTAMP_*, RANGE_*, SCHEDULE_EXISTS, TEMPORAL_UNAVAILABLE
 */
export async function createSchedule(
  context: OperationContext,
  request: ScheduleRequest,
): Promise<ScheduleObject> {
  const row = await resolveExport(context, request);
  const liveFromMs = beginningOf(
    specOf(row.definition),
    request.from,
    context.nowMs(),
  );
  await context.temporal();
  const id = randomUUID();
  const isNew = await insertSchedule(context.pool, {
    id,
    batchExportId: row.id,
    liveFrom: formatInstant(liveFromMs),
    lookback: request.lookback,
    delayMs: request.delayMs,
    jitterMs: request.jitterMs,
    catchUpMs: request.catchUpMs,
    concurrency: request.concurrency,
    audit: request.audit,
    note: request.note,
    createdBy: context.requestedBy,
  });
  if (!isNew) throw existsAlready(row.name);
  await mirrorSchedule(context, id);
  return readScheduleObject(
    context,
    await findScheduleOrFail(context, { schedule: id, team: null }),
  );
}

/** A boundary, not in the future. */
function beginningOf(
  spec: IntervalSpec,
  from: string | null,
  nowMs: number,
): number {
  const lastMs = floorToInterval(spec, nowMs);
  if (from === null) return lastMs;
  // Read as an end, which may be the last boundary and is told if it is none; a start would have to lie before one.
  const startMs = resolveRange({ spec, start: null, end: from, nowMs }).endMs;
  const intervals = countIntervals(spec, { startMs, endMs: lastMs });
  if (intervals <= MAX_PAST_INTERVALS) return startMs;
  throw new RefillError(
    "RANGE_TOO_LARGE",
    `Expected a schedule to begin at most ${String(MAX_PAST_INTERVALS)} intervals ago; got ${String(intervals)} since ${formatInstant(startMs)}. Let it begin later, and start a backfill of what is before.`,
    { details: { intervals, max_intervals: MAX_PAST_INTERVALS } },
  );
}

function existsAlready(name: string): RefillError {
  return new RefillError(
    "SCHEDULE_EXISTS",
    `Expected an export without a schedule; got ${name}, which has one, or has just been deleted. See refill schedule get ${name}, or delete it first.`,
    { details: { export: name } },
  );
}
