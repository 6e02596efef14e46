import {
  writeConcurrency,
  writePause,
  writeResume,
} from "../../store/backfills/control.js";
import type { OperationContext } from "../context.js";
import { commandBackfill, type CommandOutcome } from "./command-backfill.js";

interface Request {
  readonly id: string;
  readonly reason: string | null;
  /** Sending a command again under its id changes nothing. */
  readonly commandId?: string;
}

/**
 * Begins no further run until it is resumed; runs at work go on to their end. The status stays Running.
 * @throws RefillError BACKFILL_NOT_FOUND, BACKFILL_CLOSED
 */
export async function pauseBackfill(
  context: OperationContext,
  request: Request,
): Promise<CommandOutcome> {
  return commandBackfill(context, {
    ...request,
    kind: "pause",
    arguments: {},
    noun: "pause",
    write: (db, backfillId) =>
      writePause(db, {
        backfillId,
        cause: "operator",
        reason: request.reason,
      }),
  });
}

/**
 * Ends a pause, whatever it came of. Where none is on, it is recorded and changes nothing.
 * @throws RefillError BACKFILL_NOT_FOUND, BACKFILL_CLOSED
 */
export async function resumeBackfill(
  context: OperationContext,
  request: Request,
): Promise<CommandOutcome> {
  return commandBackfill(context, {
    ...request,
    kind: "resume",
    arguments: {},
    noun: "resumption",
    write: writeResume,
  });
}

/**
 * Sets how many runs are in flight at most, 0 to 500: 0 pauses, and the next number, or a resume, goes on. A lower
 * number stops nothing: runs at work end, and none begins before there is room for it.
 * @throws RefillError BACKFILL_NOT_FOUND, BACKFILL_CLOSED
 */
export async function setConcurrency(
  context: OperationContext,
  { concurrency, ...request }: Request & { readonly concurrency: number },
): Promise<CommandOutcome> {
  return commandBackfill(context, {
    ...request,
    kind: "set-concurrency",
    arguments: { concurrency },
    noun: "concurrency",
    write: (db, backfillId) =>
      concurrency === 0
        ? writePause(db, {
            backfillId,
            cause: "concurrency",
            reason: request.reason ?? "its concurrency was set to 0",
          })
        : writeConcurrency(db, { backfillId, concurrency }),
  });
}
