import { randomUUID } from "node:crypto";
import type { BackfillObject } from "../../contract/objects/backfill.js";
import { specOf } from "../../definition/interval-spec.js";
import { canonicalJson } from "../../domain/canonical-json.js";
import { RefillError } from "../../domain/errors.js";
import { formatInstant } from "../../domain/time/instant.js";
import {
  findStartArguments,
  insertCommand,
} from "../../store/backfills/backfill-commands.js";
import { findBackfill } from "../../store/backfills/backfill-row.js";
import {
  insertBackfill,
  type NewBackfill,
} from "../../store/backfills/start-backfill.js";
import { inTransaction } from "../../store/database/in-transaction.js";
import type { Queryable } from "../../store/database/queryable.js";
import { findExports } from "../../store/exports/export-rows.js";
import type { OperationContext } from "../context.js";
import { resolveExport } from "../exports/resolve-export.js";
import { type ApprovedPlan, holdToPlan } from "../plans/approved-plan.js";
import {
  type BackfillRange,
  openBeside,
  scopeOf,
  trimmedBeside,
} from "../plans/preview-plan.js";
import { admitBackfill } from "./admit-backfill.js";
import { backfillObjectOf } from "./backfill-object.js";
import { findOrFail } from "./find-backfill.js";
import { startWorkflow } from "./start-workflow.js";

/** How many runs failing alike in a row pause a backfill, unless its start says otherwise. */
export const DEFAULT_STOP_AFTER = 5;

/**
 * With fewer runs open than this there is little to spare: unless it was asked to pause, a backfill goes on and closes as
 * failed, and nobody has to come and resume it.
 */
export const DEFAULT_PAUSE_FROM = 100;

export interface StartRequest extends BackfillRange {
  /** Of the backfill to be: starting it twice under one id starts it once. Absent: a new one. */
  readonly id?: string;
  /** Runs in flight, 1 to 500. */
  readonly concurrency: number;
  /** So many runs failing alike in a row pause the backfill; 0: never. Null: the default, where enough runs are open. */
  readonly stopAfter: number | null;
  /** Refuses to start when the plan would be another. */
  readonly plan: ApprovedPlan | null;
  readonly timeLimitMs: number | null;
  readonly note: string | null;
}

/**
 * Creates the row, then starts the workflow. Everything that can be refused is refused before the row exists; once it
 * does, the workflow starts even if this process dies in between. Only a digest needs a worker that is up: it makes
 * the plan to compare. Aborting the signal calls that off, and nothing later.
 * @throws RefillError EXPORT_*, TIMESTAMP_*, RANGE_*, TOO_MANY_BACKFILLS, PLAN_CHANGED, NO_WORKER, TEMPORAL_UNAVAILABLE
 */
export async function startBackfill(
  context: OperationContext,
  request: StartRequest,
  signal = new AbortController().signal,
): Promise<BackfillObject> {
  if (request.id !== undefined) {
    const earlier = await startedBefore(context, request, request.id);
    if (earlier !== null) return earlier;
  }
  const row = await resolveExport(context, request);
  const { range, selection } = scopeOf(context, row, request);
  const { namespace, clusterId } = await context.temporal();
  if (request.plan !== null) {
    const { plan, order, overlap } = request;
    const open = await openBeside(context, row, range);
    const within = trimmedBeside({ range, overlap, row }, open);
    const preview = { row, range, order, selection, overlap, within };
    await holdToPlan(context, plan, preview, signal);
  }
  const backfill: Omit<NewBackfill, "within"> = {
    id: request.id ?? randomUUID(),
    team: row.team,
    batchExportId: row.id,
    definitionVersion: row.definition_version,
    startAt: textOf(range.requestedStartMs),
    endAt: textOf(range.requestedEndMs),
    rangeEnd: formatInstant(range.endMs),
    order: request.order,
    concurrency: request.concurrency,
    stopAfter: request.stopAfter ?? DEFAULT_STOP_AFTER,
    pauseFrom: request.stopAfter ?? DEFAULT_PAUSE_FROM,
    timeLimitMs: request.timeLimitMs,
    note: request.note,
    requestedBy: context.requestedBy,
    temporalNamespace: namespace,
    temporalClusterId: clusterId,
    approvedDigest: request.plan?.digest ?? null,
    selection,
    overlap: request.overlap,
  };
  await inTransaction(context.pool, async (client) => {
    const within = await admit(context, client, {
      team: row.team,
      batchExportId: row.id,
      reach: [range],
      overlap: request.overlap,
      spec: specOf(row.definition),
    });
    await insertBackfill(client, { ...backfill, within });
    await insertCommand(client, {
      id: randomUUID(),
      backfillId: backfill.id,
      kind: "start",
      arguments: argumentsOf(request),
      reason: request.note,
      requestedBy: context.requestedBy,
    });
  });
  const created = await findOrFail(context.pool, backfill.id);
  await startWorkflow(context, created);
  return backfillObjectOf(await findOrFail(context.pool, backfill.id));
}

/**
 * The backfill that an earlier request of this id started.
 * @throws RefillError IDEMPOTENCY_KEY_REUSED when that request was another
 */
async function startedBefore(
  { pool }: OperationContext,
  request: StartRequest,
  id: string,
): Promise<BackfillObject | null> {
  const row = await findBackfill(pool, id);
  if (row === null) return null;
  const earlier = await findStartArguments(pool, id);
  if (canonicalJson(earlier) === canonicalJson(argumentsOf(request))) {
    return backfillObjectOf(row);
  }
  throw new RefillError(
    "IDEMPOTENCY_KEY_REUSED",
    `Expected the request that this key was first used for; got another. Backfill ${id} was started by the first one.`,
    { details: { backfill: id } },
  );
}

/** What is kept of a request: of an approved plan the digest, which says all. */
function argumentsOf({
  plan,
  ...request
}: StartRequest): Readonly<Record<string, unknown>> {
  return { ...request, planDigest: plan?.digest ?? null };
}

function textOf(instantMs: number | null): string | null {
  return instantMs === null ? null : formatInstant(instantMs);
}

async function admit(
  context: OperationContext,
  client: Queryable,
  candidate: Parameters<typeof admitBackfill>[2],
): ReturnType<typeof admitBackfill> {
  const within = await admitBackfill(context, client, candidate);
  const [still] = await findExports(client, {
    export: candidate.batchExportId,
    team: null,
  });
  if (still !== undefined) return within;
  throw new RefillError(
    "EXPORT_NOT_FOUND",
    `Expected an export; got ${candidate.batchExportId}, which has just been deleted.`,
  );
}
