import { randomUUID } from "node:crypto";
import type { BackfillObject } from "../../contract/objects/backfill.js";
import type {
  FindingObject,
  VerificationObject,
} from "../../contract/objects/verification.js";
import { verifyWorkflowId } from "../../contract/verification.js";
import { RefillError } from "../../domain/errors.js";
import { selectionText } from "../../domain/plans/selection.js";
import { rfc3339, rfc3339OrNull } from "../../store/database/instant-text.js";
import {
  closeVerification,
  type FindingRow,
  findOpenVerification,
  findVerification,
  insertVerification,
  listFindingRows,
  listRepairRanges,
  type VerificationRow,
} from "../../store/verifications/verification-rows.js";
import type { OperationContext } from "../context.js";
import { DEFAULT_CONCURRENCY } from "../plans/preview-plan.js";
import { findOrFail } from "./find-backfill.js";
import { startBackfill } from "./start-backfill.js";

/**
 * Asks for a look at all that a backfill's completed runs recorded. A worker does it; read it until it has closed.
 * @throws RefillError BACKFILL_NOT_FOUND, VERIFICATION_RUNNING, TEMPORAL_UNAVAILABLE
 */
export async function startVerification(
  context: OperationContext,
  request: { readonly id: string; readonly deep: boolean },
): Promise<VerificationObject> {
  const { pool } = context;
  const backfill = await findOrFail(pool, request.id);
  const gateway = await context.temporal();
  await closeAbandoned(context, backfill.id);
  const verification = {
    id: randomUUID(),
    backfillId: backfill.id,
    deep: request.deep,
    requestedBy: context.requestedBy,
  };
  if (!(await insertVerification(pool, verification))) {
    throw alreadyRunning(backfill.id);
  }
  await gateway.startVerification({
    verificationId: verification.id,
    summary: `${backfill.export_name}: verify backfill ${backfill.id}`,
  });
  return verificationObjectOf(await findExisting(context, verification.id));
}

/** Where a verification stands, by the ledger. */
export async function readVerification(
  context: OperationContext,
  { id }: { readonly id: string },
): Promise<VerificationObject> {
  return verificationObjectOf(await findExisting(context, id));
}

/**
 * Closes the open verification of a backfill if nothing works on it any more: its workflow was terminated, or never began.
 * @throws RefillError TEMPORAL_UNAVAILABLE
 */
export async function closeAbandoned(
  context: OperationContext,
  backfillId: string,
): Promise<void> {
  const open = await findOpenVerification(context.pool, backfillId);
  if (open === null) return;
  const gateway = await context.temporal();
  const answer = await gateway.describe(verifyWorkflowId(open.id));
  if (answer !== null && isAlive(answer.status)) return;
  await closeVerification(context.pool, {
    id: open.id,
    status: "Failed",
    failure: {
      code: "WORKFLOW_LOST",
      message:
        "Its workflow ended without a chance to say so, or never began. Verify again.",
      retryable: true,
    },
  });
}

function isAlive(status: string): boolean {
  return ["RUNNING", "PAUSED", "CONTINUED_AS_NEW"].includes(status);
}

/** Asks a verification to stop. What was found so far stays. */
export async function cancelVerification(
  { temporal }: OperationContext,
  { id }: { readonly id: string },
): Promise<void> {
  await (await temporal()).cancel(verifyWorkflowId(id));
}

/** One page of the database. */
const PAGE_FINDINGS = 1_000;

/** Where a reader of findings stands. */
export interface FindingCursor {
  readonly ordinal: number;
  readonly number: number;
}

/** The findings of a verification by run, as far as there are any yet, after those that were seen. */
export async function* listFindings(
  { pool }: OperationContext,
  { id }: { readonly id: string },
  seen: FindingCursor = { ordinal: -1, number: 0 },
): AsyncGenerator<{
  readonly finding: FindingObject;
  readonly cursor: FindingCursor;
}> {
  let after = seen;
  for (;;) {
    const rows = await listFindingRows(pool, {
      verificationId: id,
      after,
      limit: PAGE_FINDINGS,
    });
    for (const row of rows) {
      after = { ordinal: row.ordinal, number: row.number };
      yield { finding: findingObjectOf(row), cursor: after };
    }
    if (rows.length < PAGE_FINDINGS) return;
  }
}

/**
 * Starts a backfill of exactly the intervals whose recorded output is not there, not as it was, or out of date. A closed
 * ledger stays as it was: the new runs supersede the old ones. Null when exporting again would mend nothing.
 * @throws RefillError as `startBackfill` does
 */
export async function repairBackfill(
  context: OperationContext,
  verification: VerificationObject,
): Promise<BackfillObject | null> {
  const ranges = await listRepairRanges(context.pool, verification.id);
  if (ranges.length === 0) return null;
  const backfill = await findOrFail(context.pool, verification.backfill);
  return startBackfill(context, {
    export: backfill.batch_export_id,
    team: null,
    start: null,
    end: null,
    order: backfill.run_order,
    only: selectionText({ kind: "ranges", ranges }),
    overlap: "refuse",
    concurrency: DEFAULT_CONCURRENCY,
    stopAfter: null,
    plan: null,
    timeLimitMs: null,
    note: `repairs backfill ${backfill.id}, as verification ${verification.id} found it`,
  });
}

async function findExisting(
  { pool }: OperationContext,
  id: string,
): Promise<VerificationRow> {
  const row = await findVerification(pool, id);
  if (row !== null) return row;
  throw new RefillError("INTERNAL", `Expected verification ${id}, got none.`);
}

function alreadyRunning(backfillId: string): RefillError {
  return new RefillError(
    "VERIFICATION_RUNNING",
    `Expected no other verification of backfill ${backfillId}; got one that is at work. Wait for it, or interrupt it.`,
    { details: { backfill: backfillId } },
  );
}

function verificationObjectOf(row: VerificationRow): VerificationObject {
  return {
    id: row.id,
    backfill: row.backfill_id,
    deep: row.deep,
    status: row.status,
    total_runs: row.total_runs,
    checked_runs: row.checked_runs,
    superseded_runs: row.superseded_runs,
    differing_runs: row.differing_runs,
    findings_count: row.findings,
    error: row.failure,
    created_at: rfc3339(row.created_at),
    finished_at: rfc3339OrNull(row.finished_at),
  };
}

function findingObjectOf(row: FindingRow): FindingObject {
  return {
    run: row.ordinal,
    data_interval_start: rfc3339(row.data_interval_start),
    data_interval_end: rfc3339(row.data_interval_end),
    kind: row.kind,
    key: row.key,
    expected: row.expected,
    actual: row.actual,
  };
}
