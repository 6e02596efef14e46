import { specOf } from "../../definition/interval-spec.js";
import { firingTimes } from "../../domain/time/firing-times.js";
import { inTransaction } from "../../store/database/in-transaction.js";
import type { Queryable } from "../../store/database/queryable.js";
import {
  findExportVersion,
  findPinnedDefinition,
} from "../../store/exports/export-rows.js";
import {
  lockSchedule,
  markMirrored,
  type ScheduleRow,
} from "../../store/schedules/schedule-rows.js";
import type { TemporalGateway } from "../../temporal/gateway.js";
import type { OperationContext } from "../context.js";

/**
 * Makes Temporal's Schedules what the ledger's row asks for: made, changed, paused, or gone. The row decides, and is
 * locked meanwhile: of two that do this at once, the later one has the later row.
 * @throws RefillError TEMPORAL_UNAVAILABLE
 */
export async function mirrorSchedule(
  { pool, temporal }: Pick<OperationContext, "pool" | "temporal">,
  id: string,
): Promise<void> {
  const gateway = await temporal();
  await inTransaction(pool, async (client) => {
    const row = await lockSchedule(client, id);
    if (row === null) return;
    if (row.deleted_at !== null) await gateway.schedules.remove(id);
    else await put(client, gateway, row);
    await markMirrored(client, { id, revision: row.revision });
  });
}

async function put(
  db: Queryable,
  { schedules }: TemporalGateway,
  row: ScheduleRow,
): Promise<void> {
  const batchExportId = row.batch_export_id;
  const version = await findExportVersion(db, batchExportId);
  const definition = await findPinnedDefinition(db, { batchExportId, version });
  if (definition === null) return;
  const spec = specOf(definition);
  await schedules.put({
    id: row.id,
    exportName: row.export_name,
    times: firingTimes(spec),
    timezone: spec.timezone,
    delayMs: Number(row.delay_ms),
    jitterMs: Number(row.jitter_ms),
    catchUpMs: Number(row.catch_up_ms),
    isAudited: row.audit !== "off",
    isPaused: row.paused_at !== null,
    note: row.paused_reason ?? row.note ?? "",
  });
}
