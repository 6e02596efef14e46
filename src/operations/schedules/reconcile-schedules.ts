import {
  listScheduleRows,
  listSchedulesAtWork,
  listUnmirrored,
} from "../../store/schedules/schedule-rows.js";
import {
  describeCause,
  isTemporalUnavailable,
} from "../../temporal/classify-error.js";
import type { OperationContext } from "../context.js";
import { mirrorSchedule } from "./mirror-schedule.js";

/**
 * Makes Temporal's Schedules what the ledger asks for: those that it lacks, perhaps because it is another cluster than
 * before, those that were changed while it was away, those that somebody deleted there, and none besides. Exporters that ended with runs open are started
 * again. Returns what could not be done, in words.
 * @throws the signal's reason
 */
export async function reconcileSchedules(
  context: Pick<OperationContext, "pool" | "temporal">,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { pool } = context;
  const { schedules } = await context.temporal();
  // First what Temporal has: a schedule that is made meanwhile then looks missing, which does no harm, and not unwanted.
  const known = await schedules.list();
  const rows = await listScheduleRows(pool, {
    batchExportId: null,
    team: null,
  });
  const wanted = new Set(rows.map(({ id }) => id));
  const unwanted = [...new Set([...known.firing, ...known.audited])].filter(
    (id) => !wanted.has(id),
  );
  const different = rows.filter(
    ({ id, audit }) =>
      !known.firing.has(id) || known.audited.has(id) !== (audit !== "off"),
  );
  const toMirror = new Set([
    ...different.map(({ id }) => id),
    ...(await listUnmirrored(pool)),
  ]);
  const open = await listSchedulesAtWork(pool);
  return settle(
    [
      ...unwanted.map((id) => () => schedules.remove(id)),
      ...[...toMirror].map((id) => () => mirrorSchedule(context, id)),
      ...open.map(
        ({ id: scheduleId, export_name: exportName }) =>
          () =>
            schedules.startExporter({ scheduleId, exportName }),
      ),
    ],
    signal,
  );
}

/** One that fails does not keep the others from being done. */
async function settle(
  steps: readonly (() => Promise<void>)[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const step of steps) {
    signal.throwIfAborted();
    try {
      await step();
    } catch (error) {
      if (isTemporalUnavailable(error)) throw error;
      problems.push(`Schedules: ${describeCause(error)}`);
    }
  }
  return problems;
}
