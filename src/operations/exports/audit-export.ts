import type { CoverageObject } from "../../contract/objects/coverage.js";
import type { AuditObject } from "../../contract/objects/schedule.js";
import { isRefillError } from "../../domain/errors.js";
import { formatInstant } from "../../domain/time/instant.js";
import type { ScheduleRow } from "../../store/schedules/schedule-rows.js";
import type { OperationContext } from "../context.js";
import { closeGaps } from "../coverage/close-gaps.js";
import { exportCoverage } from "../coverage/export-coverage.js";

/** Gaps that an audit names; the numbers are of all. */
const NAMED_GAPS = 100;

/**
 * Looks for gaps in everything that the ledger knows of an export's time, and starts the backfills that close them where
 * the schedule asks for that. What stands in the way of a repair is part of the answer.
 */
export async function auditExport(
  context: OperationContext,
  schedule: ScheduleRow,
): Promise<AuditObject> {
  const coverage = await exportCoverage(context, {
    export: schedule.batch_export_id,
    team: schedule.team,
    start: null,
    end: null,
  });
  const repair =
    schedule.audit === "repair"
      ? await repaired(context, coverage)
      : { backfills: [], problem: null };
  return {
    at: formatInstant(context.nowMs()),
    mode: schedule.audit,
    missing_intervals: coverage.intervals.missing,
    failed_intervals: coverage.intervals.failed,
    gaps: coverage.ranges
      .flatMap(({ start, end, state }) =>
        state === "missing" || state === "failed"
          ? [{ start, end, state }]
          : [],
      )
      .slice(0, NAMED_GAPS),
    ...repair,
  };
}

async function repaired(
  context: OperationContext,
  coverage: CoverageObject,
): Promise<Pick<AuditObject, "backfills" | "problem">> {
  try {
    const started = await closeGaps(
      context,
      coverage,
      "closes the gaps that the schedule's audit found",
    );
    return { backfills: started.map(({ id }) => id), problem: null };
  } catch (error) {
    // Another backfill was started meanwhile, or too many are open: the next audit looks again.
    if (!isRefillError(error) || error.retryable) throw error;
    return { backfills: [], problem: `${error.code}: ${error.message}` };
  }
}
