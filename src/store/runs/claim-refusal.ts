import type { Control } from "../../contract/control.js";
import { controlOf } from "../backfills/backfill-row.js";
import type { Queryable } from "../database/queryable.js";
import { readRow } from "../database/run-statement.js";
import { sql } from "../database/sql.js";
import { placeIsFull, placeQuestion } from "./capped-place.js";
import type { Claimant } from "./claims.js";
import { claimIsOfRun } from "./interval-claim.js";
import type {
  BackfillRunReference,
  LiveRunReference,
  RunReference,
} from "./run-reference.js";

/**
 * Why a claim was refused: `full` may pass within moments, `held` within the time that another backfill's run takes,
 * and `capped` when one of the runs at work at the destination ends. `repinned`: another definition is to be taken.
 */
export type ClaimRefusal =
  | { readonly kind: "closed" | "held" | "full" | "capped" | "repinned" }
  | {
      readonly kind: "cancel" | "drain" | "pause" | "window";
      readonly control: Control;
    };

type Refused = Pick<Claimant, "slot" | "place" | "definitionVersion">;

/** Why `claimRun` refused a run just now. */
export function explainRefusal(
  db: Queryable,
  refused: Refused & RunReference,
): Promise<ClaimRefusal> {
  return "runId" in refused
    ? explainLiveRefusal(db, refused)
    : explainBackfillRefusal(db, refused);
}

/** The run or its schedule is closed, another run holds its interval, or its lane is not free. */
async function explainLiveRefusal(
  db: Queryable,
  { runId, place }: Refused & LiveRunReference,
): Promise<ClaimRefusal> {
  const question = placeQuestion(place, {
    isLive: true,
    batchExportId: sql`r.batch_export_id`,
  });
  const row = await readRow(
    db,
    sql<WaitRow>`
      select ${intervalIsHeld} as held, ${placeIsFull(question)} as capped
      from refill.run r
      join refill.schedule s on s.id = r.schedule_id and s.deleted_at is null
      where r.id = ${runId} and r.status = 'Starting'`,
  );
  return { kind: row === null ? "closed" : waitsFor(row) };
}

async function explainBackfillRefusal(
  db: Queryable,
  refused: Refused & BackfillRunReference,
): Promise<ClaimRefusal> {
  const question = placeQuestion(refused.place, {
    isLive: false,
    batchExportId: sql`b.batch_export_id`,
  });
  const row = await readRow(
    db,
    sql<RefusalRow>`
      select b.control_version, b.concurrency, b.pause_cause, b.paused_reason, b.cancel_mode,
        r.status = 'Starting' as open, b.definition_version,
        ${intervalIsHeld} as held, ${placeIsFull(question)} as capped
      from refill.backfill b
      left join refill.run r on r.open_backfill_id = b.id and r.ordinal = ${refused.ordinal}
      where b.id = ${refused.backfillId} and b.generation = ${refused.generation} and b.open_id is not null`,
  );
  return row === null ? { kind: "closed" } : refusalOf(row, refused);
}

/** Whether another run is at work on the interval of the run `r`. */
const intervalIsHeld = sql`exists (
  select from refill.interval_claim c
  join refill.run holder on holder.id = c.run_id and holder.id <> r.id and holder.status = 'Running'
  where ${claimIsOfRun}
)`;

interface WaitRow {
  readonly held: boolean;
  readonly capped: boolean;
}

type RefusalRow = Parameters<typeof controlOf>[0] &
  WaitRow & {
    readonly open: boolean | null;
    readonly definition_version: number;
  };

function refusalOf(
  row: RefusalRow,
  { slot, definitionVersion }: Refused,
): ClaimRefusal {
  const control = controlOf(row);
  if (control.cancel === "drain") return { kind: "drain", control };
  if (control.cancel !== null) return { kind: "cancel", control };
  if (control.pause !== null) return { kind: "pause", control };
  if (slot >= control.concurrency) return { kind: "window", control };
  if (row.open !== true) return { kind: "closed" };
  if (row.definition_version !== definitionVersion) return { kind: "repinned" };
  return { kind: waitsFor(row) };
}

/** Neither: another claim had the slot at that moment. */
function waitsFor({ held, capped }: WaitRow): "held" | "capped" | "full" {
  if (held) return "held";
  return capped ? "capped" : "full";
}
