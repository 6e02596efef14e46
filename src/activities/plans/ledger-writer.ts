import type { Pool } from "pg";
import type { Fence } from "../../contract/activities.js";
import { formatInstant } from "../../domain/time/instant.js";
import { type CopyRow, copyRows } from "../../store/database/copy-rows.js";
import { inTransaction } from "../../store/database/in-transaction.js";
import { holdPlanAttempt } from "../../store/plans/plan-ledger.js";
import { fencedOff } from "../activity-failure.js";
import type { PlannedRun } from "./make-plan.js";

/** One transaction's worth: short enough to be fenced often, large enough for COPY to be at its speed. */
const CHUNK_RUNS = 10_000;

const target = `refill.run (
  backfill_id, batch_export_id, ordinal, data_interval_start, data_interval_end, status, records_expected,
  records_completed, bytes_exported, files, skip_reason, finished_at
)`;

/** Writes planned runs to the ledger by COPY, in chunks, each in a transaction that holds the planning attempt. */
export class LedgerWriter {
  readonly #pool: Pool;
  readonly #attempt: Fence & { readonly attempt: number };
  readonly #batchExportId: string;
  #chunk: PlannedRun[] = [];

  constructor(options: {
    readonly pool: Pool;
    readonly attempt: Fence & { readonly attempt: number };
    readonly batchExportId: string;
  }) {
    this.#pool = options.pool;
    this.#attempt = options.attempt;
    this.#batchExportId = options.batchExportId;
  }

  add(run: PlannedRun): Promise<void> | void {
    this.#chunk.push(run);
    if (this.#chunk.length >= CHUNK_RUNS) return this.flush();
  }

  async flush(): Promise<void> {
    const chunk = this.#chunk;
    this.#chunk = [];
    if (chunk.length === 0) return;
    await inTransaction(this.#pool, async (client) => {
      if (!(await holdPlanAttempt(client, this.#attempt))) {
        throw fencedOff(this.#attempt);
      }
      await copyRows(
        client,
        target,
        chunk.map((run) => this.#rowOf(run)),
      );
    });
  }

  #rowOf(run: PlannedRun): CopyRow {
    return [
      this.#attempt.backfillId,
      this.#batchExportId,
      String(run.ordinal),
      formatInstant(run.startMs),
      formatInstant(run.endMs),
      ...(run.isEmpty
        ? ["Completed", "0", "0", "0", "[]", "no data", "now"]
        : ["Starting", textOrNull(run.recordsExpected), ...unfinished]),
    ];
  }
}

const unfinished = [null, null, null, null, null];

function textOrNull(value: number | null): string | null {
  return value === null ? null : String(value);
}
