import { Context } from "@temporalio/activity";
import { programVersion } from "../../config/version.js";
import type { Control } from "../../contract/control.js";
import type { ErrorObject } from "../../contract/objects/error.js";
import { isRefillError, RefillError } from "../../domain/errors.js";
import { fileKey } from "../../domain/keys/file-keys.js";
import { afterFailure, backoffMs } from "../../domain/runs/run-policy.js";
import { formatInstant } from "../../domain/time/instant.js";
import { inTransaction } from "../../store/database/in-transaction.js";
import { type Claim, recordStaged } from "../../store/runs/claims.js";
import {
  completeRun,
  isCompletedBy,
  type RunAtWork,
  type RunSetback,
  setRunBack,
} from "../../store/runs/close-run.js";
import type { TraceSpan } from "../../telemetry/tracing.js";
import type {
  StagedDescriptor,
  StagedRun,
} from "../../transfer/destination.js";
import type { FileFacts } from "../../transfer/format.js";
import { stageRun } from "../../transfer/stage-run.js";
import { withoutSecrets } from "../../transfer/without-secrets.js";
import type { ExportSession } from "./export-session.js";
import { obsoleteKeys, removeObsolete } from "./remove-obsolete.js";
import { RunLog } from "./run-log.js";
import type { AttemptOutcome } from "./run-meter.js";
import { piecesOf } from "./run-pieces.js";
import { runSpan } from "./run-span.js";
import type { RunToExport } from "./run-to-export.js";

/** How a run left the activity. */
export type RunEnd =
  | { readonly kind: "completed"; readonly records: number }
  | { readonly kind: "failed" }
  /** It stays open, or was no longer to be done. */
  | { readonly kind: "left" }
  /** The window has no room for it just now. */
  | { readonly kind: "full" }
  /** Its destination has none: others are at work there. */
  | { readonly kind: "capped" }
  | { readonly kind: "stopped"; readonly by: "shutdown" }
  /** The batch goes on in another activity, under the definition that its backfill pins by then. */
  | { readonly kind: "stopped"; readonly by: "time" }
  | {
      readonly kind: "stopped";
      readonly by: "cancel" | "drain" | "pause" | "window";
      readonly control: Control;
    };

/** An interval that another run is at work on is looked at again after this long. */
const HELD_DELAY_MS = 5_000;

/**
 * Exports one run: claim, destroy what predecessors staged, stage, then publish and close in one transaction.
 * Rejects only with the signal's reason on a cancel, and when the ledger can't be written.
 */
export async function exportRun(
  session: ExportSession,
  run: RunToExport,
): Promise<RunEnd> {
  const { output } = session;
  const key = output.keyOf(run);
  const { suffix } = output.format;
  const firstKey = fileKey({ ...output, key, suffix }, 1);
  const { token, ...staged } = session.destination.describeStaged(firstKey, 0);
  // Not repeated where the ledger is away: a claim whose answer was lost would hold its slot with nobody at work. The
  // activity's next attempt settles it.
  const claim = await run.claim(session.dependencies.pool, {
    staged,
    worker: session.dependencies.workerName,
    place: session.place,
    definitionVersion: session.definitionVersion,
  });
  if (claim === null) return refused(session, run);
  const log = new RunLog(session, run, claim);
  return session.dependencies.tracing.span(
    runSpan(session, run, claim),
    (span) => attemptRun({ session, run, claim, key, log, span }),
  );
}

async function attemptRun(work: Transfer): Promise<RunEnd> {
  const { session, span } = work;
  const { meter } = session.dependencies;
  meter.began();
  let end: RunEnd | null = null;
  try {
    end = await transferOrSetBack(work);
    return end;
  } finally {
    const outcome = outcomeOf(end, session.signal);
    meter.ended(outcome);
    span.set({ "refill.run.outcome": outcome });
  }
}

async function transferOrSetBack(work: Transfer): Promise<RunEnd> {
  try {
    return await transfer(work);
  } catch (error) {
    await work.session.dropSource();
    return setBack(work, error);
  }
}

/** Null: it was thrown out of the activity, by a cancel, or because the ledger could not be written. */
function outcomeOf(end: RunEnd | null, signal: AbortSignal): AttemptOutcome {
  if (end === null) return signal.aborted ? "cancelled" : "unknown";
  if (end.kind === "completed" || end.kind === "failed") return end.kind;
  return end.kind === "stopped" ? "handed-over" : "set-back";
}

async function refused(
  session: ExportSession,
  run: RunToExport,
): Promise<RunEnd> {
  const { place, definitionVersion } = session;
  const refusal = await session.ledger((pool) =>
    run.explainRefusal(pool, { place, definitionVersion }),
  );
  switch (refusal.kind) {
    case "closed":
      return { kind: "left" };
    case "full":
    case "capped":
      return { kind: refusal.kind };
    case "repinned":
      return { kind: "stopped", by: "time" };
    case "held":
      await session.ledger((pool) => run.defer(pool, HELD_DELAY_MS));
      return { kind: "left" };
    case "cancel":
    case "drain":
    case "pause":
    case "window":
      return { kind: "stopped", by: refusal.kind, control: refusal.control };
  }
}

/** One attempt at a run: it ends when the claim does. */
interface Attempt {
  readonly session: ExportSession;
  readonly run: RunToExport;
  readonly claim: Claim;
  readonly log: RunLog;
  readonly span: TraceSpan;
}

interface Transfer extends Attempt {
  readonly key: string;
}

async function transfer(work: Transfer): Promise<RunEnd> {
  const { session, run, claim, key } = work;
  const { meter, nowMs } = session.dependencies;
  const beganMs = nowMs();
  for (const left of predecessorsOf(claim)) {
    await session.destination.destroyStaged(left);
  }
  const staged = await stageRun({
    source: await session.source(),
    format: session.output.format,
    destination: session.destination,
    key,
    token: claim.token,
    maxFileBytes: session.output.maxFileBytes,
    interval: run,
    facts: factsOf(session, run),
    label: run.label,
    pieces: await piecesOf(session, claim),
    expectedRecords: claim.recordsExpected,
    record: (descriptor) => record(session, claim, descriptor),
    signal: session.signal,
  });
  const { records, bytes } = staged;
  work.span.event("staged", { "refill.run.files": staged.files.length });
  try {
    await publish(work, staged);
  } catch (error) {
    await staged.discard();
    throw error;
  }
  work.span.event("published");
  work.span.set({ "refill.run.records": records, "refill.run.bytes": bytes });
  await removeObsolete(
    session,
    atWorkOf(claim),
    outputOf(work, staged),
    work.log,
  );
  const seconds = (nowMs() - beganMs) / 1_000;
  meter.completed({ records, bytes, seconds });
  return { kind: "completed", records };
}

/** What earlier claims may have left. The last entry is this claim's own. */
function predecessorsOf({ staged }: Claim): readonly StagedDescriptor[] {
  return staged.slice(0, -1) as unknown as readonly StagedDescriptor[];
}

async function record(
  session: ExportSession,
  claim: Claim,
  descriptor: StagedDescriptor,
): Promise<void> {
  const isOurs = await session.ledger((pool) =>
    recordStaged(pool, claim, descriptor),
  );
  if (!isOurs) throw claimLost(claim);
}

/** The commit point: the claim's row is locked from the check of its token until the ledger says Completed. */
async function publish(work: Transfer, staged: StagedRun): Promise<void> {
  const { session, claim } = work;
  const atWork = atWorkOf(claim);
  const { current, obsolete } = outputOf(work, staged);
  await session.ledger((pool) =>
    inTransaction(pool, async (client) => {
      const isOurs = await completeRun(client, atWork, {
        records: staged.records,
        bytes: staged.bytes,
        files: staged.files,
        skipReason: staged.records === 0 ? "no data" : null,
        published: {
          identity: session.destination.identity,
          run: claim.runId,
          token: claim.token,
          keys: [...current, ...obsolete],
        },
      });
      // In this transaction the run is completed already: a transaction that is gone can't say so.
      const fence = async () => {
        if (!(await isCompletedBy(client, atWork))) throw claimLost(claim);
      };
      if (isOurs) return staged.publish(fence);
      // Either the answer to our own commit was lost, or someone else holds the interval now.
      return fence();
    }),
  );
}

function claimLost({ token }: Claim): RefillError {
  return new RefillError(
    "CLAIM_LOST",
    `Expected to hold the claim ${String(token)} on the interval; got a newer claim, or a closed run. Nothing was published.`,
  );
}

/** What the run leaves at the destination, and what it finds there of earlier ones. */
function outputOf({ session, claim }: Transfer, { files }: StagedRun) {
  const { identity } = session.destination;
  const current = files.map((file) => file.key);
  return { current, obsolete: obsoleteKeys(claim, { identity, current }) };
}

function atWorkOf({ runId, token }: Claim): RunAtWork {
  return { runId, token };
}

async function setBack(attempt: Attempt, error: unknown): Promise<RunEnd> {
  const { session, run, claim } = attempt;
  if (isRefillError(error) && error.code === "CLAIM_LOST") {
    attempt.span.fail(error.code);
    return { kind: "left" };
  }
  const setback = session.signal.aborted
    ? interruption()
    : await failure(attempt, error);
  if (session.signal.aborted) return interrupt(attempt, setback);
  await session.ledger(async (pool) => {
    const result = await setRunBack(pool, atWorkOf(claim), setback);
    if ((result?.failureStreak ?? 0) > 0) {
      await run.failedAlike(pool);
    }
  });
  return { kind: setback.status === "Starting" ? "left" : "failed" };
}

/** Nobody waits for the ledger then: a run left at work is closed with its backfill, or settled by whoever comes next. */
async function interrupt(
  { session, claim, log }: Attempt,
  setback: RunSetback,
): Promise<RunEnd> {
  const { pool } = session.dependencies;
  const written = setRunBack(pool, atWorkOf(claim), setback);
  if (setback.status === "Cancelled") {
    await written.catch((error: unknown) =>
      log.warn("A cancelled run could not be closed by itself", error),
    );
    throw session.signal.reason;
  }
  await written;
  return { kind: "stopped", by: "shutdown" };
}

/** Cut short from outside: by a cancel the run is closed, by the worker's end it goes to the next worker. */
function interruption(): RunSetback {
  const isCancel =
    Context.current().cancellationDetails?.cancelRequested === true;
  return {
    status: isCancel ? "Cancelled" : "Starting",
    error: null,
    retryInMs: null,
    countsAsAttempt: isCancel,
  };
}

async function failure(attempt: Attempt, error: unknown): Promise<RunSetback> {
  const { session, claim } = attempt;
  const { config, meter } = session.dependencies;
  const policy = config.runs;
  const latest = await errorObjectOf(attempt, error);
  meter.failed(latest.code);
  attempt.span.fail(latest.code);
  const next = afterFailure({
    attempt: claim.attempt,
    maxAttempts: policy.maxAttempts,
    retryable: latest.retryable,
  });
  return {
    status: next === "retry" ? "Starting" : next,
    error: latest,
    retryInMs: next === "retry" ? backoffMs(policy, claim.attempt) : null,
    countsAsAttempt: true,
  };
}

async function errorObjectOf(
  { session, log }: Attempt,
  error: unknown,
): Promise<ErrorObject> {
  const { definition, dependencies } = session;
  const known = isRefillError(error)
    ? error
    : new RefillError("INTERNAL", `A fault in Refill: ${String(error)}`);
  const { connections } = dependencies;
  const message = await withoutSecrets(known.message, definition, connections);
  if (known.code === "INTERNAL") log.error("A run failed", message);
  return { code: known.code, message, retryable: known.retryable };
}

function factsOf(session: ExportSession, run: RunToExport): FileFacts {
  return {
    batchExportId: session.batchExportId,
    exportName: session.definition.name,
    dataIntervalStart: formatInstant(run.startMs),
    dataIntervalEnd: formatInstant(run.endMs),
    refillVersion: programVersion(),
  };
}
