import type {
  CalendarCellObject,
  RunCalendarObject,
} from "../../contract/objects/run-calendar.js";
import { rfc3339 } from "../../store/database/instant-text.js";
import { gatherRuns } from "../../store/runs/run-calendar.js";
import { findOrFail } from "../backfills/find-backfill.js";
import type { OperationContext } from "../context.js";

/**
 * Where the runs `[from, to)` of a backfill stand, in at most `cells` cells of as many runs each. Empty before the plan.
 * @throws RefillError BACKFILL_NOT_FOUND
 */
export async function runCalendar(
  { pool }: Pick<OperationContext, "pool">,
  asked: {
    readonly id: string;
    readonly from: number;
    readonly to: number | null;
    readonly cells: number;
  },
): Promise<RunCalendarObject> {
  const { id, total_runs } = await findOrFail(pool, asked.id);
  const total = total_runs ?? 0;
  const to = Math.min(asked.to ?? total, total);
  const from = Math.min(asked.from, to);
  const runsPerCell = Math.max(1, Math.ceil((to - from) / asked.cells));
  const rows = await gatherRuns(pool, {
    backfillId: id,
    from,
    to,
    runsPerCell,
  });
  const cells = new Map<number, CalendarCellObject>();
  for (const { cell, status, runs, records, start } of rows) {
    const known = cells.get(cell);
    cells.set(cell, {
      start: known?.start ?? rfc3339(start),
      records: (known?.records ?? 0n) + records,
      runs: { ...known?.runs, [status]: runs },
    });
  }
  const shown = [...cells.values()];
  return {
    total_runs: total,
    from,
    to,
    runs_per_cell: runsPerCell,
    cells: shown,
  };
}
