import { randomUUID } from "node:crypto";
import { backfillWorkflowId } from "../../contract/backfill-workflow.js";
import type { BackfillObject } from "../../contract/objects/backfill.js";
import { isOpen } from "../../domain/backfills/status.js";
import { RefillError } from "../../domain/errors.js";
import {
  insertCommand,
  type NewCommand,
} from "../../store/backfills/backfill-commands.js";
import {
  type BackfillRow,
  controlOf,
  findBackfill,
} from "../../store/backfills/backfill-row.js";
import { lockOpenBackfill } from "../../store/backfills/backfill-state.js";
import { markDelivered } from "../../store/backfills/control.js";
import { inTransaction } from "../../store/database/in-transaction.js";
import type { Queryable } from "../../store/database/queryable.js";
import {
  describeCause,
  isTemporalUnavailable,
} from "../../temporal/classify-error.js";
import type { TemporalGateway } from "../../temporal/gateway.js";
import type { OperationContext } from "../context.js";
import {
  backfillObjectOf,
  type BackfillRemarks,
  backfillRemarksOf,
} from "./backfill-object.js";
import { findOrFail } from "./find-backfill.js";
import { foreignCluster } from "./foreign-cluster.js";
import { readReconciled } from "./read-backfill.js";

/** What an operator asks of an open backfill. */
export interface BackfillCommand {
  readonly id: string;
  /** Sending a command again under its id changes nothing. */
  readonly commandId?: string;
  readonly kind: Exclude<NewCommand["kind"], "start" | "retry" | "repin">;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly reason: string | null;
  /** What it does: said where nobody has taken it up yet. */
  readonly noun: string;
  /** Writes the intent, in the transaction of the audit trail's entry. */
  readonly write: (db: Queryable, backfillId: string) => Promise<void>;
  /** Asks Temporal for what a workflow can't be told by a message. */
  readonly request?: (
    gateway: TemporalGateway,
    row: BackfillRow,
  ) => Promise<void>;
}

export interface CommandOutcome {
  readonly backfill: BackfillObject;
  readonly remarks: BackfillRemarks;
  /** Whether a worker has taken it up. If not, it takes effect when one is up. */
  readonly acknowledged: boolean;
  readonly warning: string | null;
}

/**
 * Writes an intent with its entry in the audit trail, from which moment no claim of a run disregards it; then tells the
 * workflow, or leaves the message with Temporal where no worker answers within two seconds.
 * @throws RefillError BACKFILL_NOT_FOUND, BACKFILL_CLOSED
 */
export async function commandBackfill(
  context: OperationContext,
  command: BackfillCommand,
): Promise<CommandOutcome> {
  const { row } = await readReconciled(context, command.id);
  const commandId = command.commandId ?? randomUUID();
  const written = isOpen(row.status)
    ? await writeIntent(context, command, { row, commandId })
    : null;
  if (written === null) {
    throw closedAlready(await findOrFail(context.pool, row.id), command);
  }
  const delivery = await deliver(context, command, { row: written, commandId });
  const after = await findOrFail(context.pool, row.id);
  return {
    ...delivery,
    backfill: backfillObjectOf(after),
    remarks: backfillRemarksOf(after),
  };
}

interface Sent {
  readonly row: BackfillRow;
  readonly commandId: string;
}

/** The row as it is with the intent; null when the backfill is closed. */
async function writeIntent(
  { pool, requestedBy }: OperationContext,
  command: BackfillCommand,
  { row: { id: backfillId, generation }, commandId }: Sent,
): Promise<BackfillRow | null> {
  return inTransaction(pool, async (client) => {
    if (!(await lockOpenBackfill(client, { backfillId, generation }))) {
      return null;
    }
    const { kind, reason } = command;
    const isNew = await insertCommand(client, {
      id: commandId,
      backfillId,
      kind,
      arguments: command.arguments,
      reason,
      requestedBy,
    });
    if (isNew) await command.write(client, backfillId);
    return findBackfill(client, backfillId);
  });
}

async function deliver(
  context: OperationContext,
  command: BackfillCommand,
  sent: Sent,
): Promise<Pick<CommandOutcome, "acknowledged" | "warning">> {
  try {
    const gateway = await context.temporal();
    const foreign = foreignCluster(gateway, sent.row);
    if (foreign !== null) return { acknowledged: false, warning: foreign };
    await command.request?.(gateway, sent.row);
    const acknowledged = await tell(context, gateway, sent);
    return {
      acknowledged,
      warning: acknowledged
        ? null
        : `No worker answered within 2 s. The ${command.noun} is recorded and takes effect when a worker is up.`,
    };
  } catch (error) {
    if (!isTemporalUnavailable(error)) throw error;
    return {
      acknowledged: false,
      warning: `Temporal is away (${describeCause(error)}). The ${command.noun} is recorded: no claim of a run disregards it, and it takes full effect when Temporal and a worker are up.`,
    };
  }
}

async function tell(
  { pool }: OperationContext,
  gateway: TemporalGateway,
  { row, commandId }: Sent,
): Promise<boolean> {
  const { id: backfillId, generation } = row;
  const workflowId = backfillWorkflowId(backfillId, generation);
  const message = { commandId, control: controlOf(row) };
  const isTold = await gateway.tell(workflowId, message);
  if (!isTold) await gateway.leave(workflowId, message);
  const { version } = message.control;
  await markDelivered(pool, { backfillId, generation, version });
  return isTold;
}

function closedAlready(
  row: BackfillRow,
  { noun }: BackfillCommand,
): RefillError {
  return new RefillError(
    "BACKFILL_CLOSED",
    `Expected an open backfill for the ${noun}; got ${row.id}, which is ${row.status}. ${wayOnFrom(row)}`,
    { details: { backfill: row.id, status: row.status } },
  );
}

/** A backfill that closed without all that it was to export can be opened again. */
function wayOnFrom({ id, status }: BackfillRow): string {
  return status === "Completed"
    ? "There is nothing to do any more."
    : `To run what is not completed: refill backfill retry ${id}.`;
}
