import type { BackfillObject } from "../../contract/objects/backfill.js";
import type { BackfillStatus } from "../../domain/backfills/status.js";
import {
  type BackfillRow,
  listBackfillRows,
} from "../../store/backfills/backfill-row.js";
import {
  describeCause,
  isTemporalUnavailable,
} from "../../temporal/classify-error.js";
import type { OperationContext } from "../context.js";
import { resolveExport } from "../exports/resolve-export.js";
import {
  backfillObjectOf,
  type BackfillRemarks,
  backfillRemarksOf,
} from "./backfill-object.js";
import { findOrFail } from "./find-backfill.js";
import { reconcileBackfill } from "./reconcile-backfill.js";

/** A backfill as read, and what could not be checked about it. */
export interface BackfillReading {
  readonly backfill: BackfillObject;
  readonly remarks: BackfillRemarks;
  readonly warning: string | null;
}

/**
 * One backfill, reconciled with Temporal first. When Temporal is away the row is answered as it is, with a warning.
 * @throws RefillError BACKFILL_NOT_FOUND
 */
export async function getBackfill(
  context: OperationContext,
  { id }: { readonly id: string },
): Promise<BackfillReading> {
  const { row, warning } = await readReconciled(context, id);
  return {
    backfill: backfillObjectOf(row),
    remarks: backfillRemarksOf(row),
    warning,
  };
}

/** A backfill in a list, with what people call its export. */
export interface ListedBackfill {
  readonly backfill: BackfillObject;
  readonly exportName: string;
}

/** Newest first, as the rows stand: the reconciler keeps them true. */
export async function listBackfills(
  context: OperationContext,
  filter: {
    readonly export: string | null;
    readonly team: number | null;
    readonly status: BackfillStatus | null;
    readonly limit: number;
  },
): Promise<readonly ListedBackfill[]> {
  const batchExportId =
    filter.export === null
      ? null
      : (
          await resolveExport(context, {
            export: filter.export,
            team: filter.team,
          })
        ).id;
  const rows = await listBackfillRows(context.pool, {
    ...filter,
    batchExportId,
  });
  return rows.map((row) => ({
    backfill: backfillObjectOf(row),
    exportName: row.export_name,
  }));
}

/** The row behind `getBackfill`. */
export async function readReconciled(
  context: OperationContext,
  id: string,
): Promise<{ readonly row: BackfillRow; readonly warning: string | null }> {
  const row = await findOrFail(context.pool, id);
  try {
    const { closed, problem } = await reconcileBackfill(context, row);
    return {
      row: closed === null ? row : await findOrFail(context.pool, id),
      warning: problem,
    };
  } catch (error) {
    if (!isTemporalUnavailable(error)) throw error;
    return {
      row,
      warning: `Temporal is away, so this is what the ledger last heard (${describeCause(error)}).`,
    };
  }
}
