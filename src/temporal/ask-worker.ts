import {
  type Client,
  type WorkflowHandle,
  WorkflowNotFoundError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from "@temporalio/client";
import {
  type AnswerInput,
  takenUpdateName,
  type WorkerAnswer,
  type WorkerRequestInput,
  type WorkerRequestType,
} from "../contract/worker-requests.js";
import type { HeartbeatSettings } from "../contract/workflow-settings.js";
import { RefillError } from "../domain/errors.js";
import { serviceErrorCode } from "./classify-error.js";
import { requestError } from "./request-error.js";

export interface WorkerRequest<Type extends WorkerRequestType> {
  readonly type: Type;
  /** Of this one request: it is never asked twice. */
  readonly workflowId: string;
  readonly input: WorkerRequestInput<Type>;
  /** One line for Temporal's Web UI. */
  readonly summary: string;
}

/** No call that is to be answered at once waits longer. */
const RPC_DEADLINE_MS = 10_000;

/** A worker that is up takes a request in milliseconds; one that `refill dev` starts again takes a few seconds. */
const TAKEN_WITHIN_MS = 10_000;

/** An operator's Ctrl-C waits no longer for the request to be called off. */
const CALL_OFF_DEADLINE_MS = 2_000;

/** Nobody waits for ever, even where a worker goes on and on: the activity's own limit, and a little more. */
const ANSWER_LIMIT_MS = 2.1 * 3_600_000;

/**
 * Starts the short workflow that answers a request, and waits for what it says. Aborting calls the request off: the
 * worker stops it, in the source's database too.
 * @throws RefillError NO_WORKER, WORKER_LOST, WORKFLOW_LOST, whatever the worker threw, or the signal's reason
 */
export async function askWorker<Type extends WorkerRequestType>(
  { client, taskQueue, settings }: Asker,
  request: WorkerRequest<Type>,
  signal: AbortSignal,
): Promise<WorkerAnswer<Type>> {
  signal.throwIfAborted();
  const { heartbeatTimeoutMs } = settings;
  const input: AnswerInput<Type> = {
    request: request.input,
    heartbeatTimeoutMs,
  };
  const handle = await within(client, RPC_DEADLINE_MS, () =>
    client.workflow.start(request.type, {
      workflowId: request.workflowId,
      taskQueue,
      args: [input],
      workflowIdReusePolicy: "REJECT_DUPLICATE",
      workflowExecutionTimeout: ANSWER_LIMIT_MS,
      staticSummary: request.summary,
    }),
  );
  try {
    return await untilAnswered<WorkerAnswer<Type>>(client, handle, signal);
  } catch (error) {
    if (!signal.aborted) throw requestError(error);
    await callOff(client, handle);
    throw signal.reason;
  }
}

interface Asker {
  readonly client: Client;
  readonly taskQueue: string;
  readonly settings: HeartbeatSettings;
}

async function untilAnswered<Answer>(
  client: Client,
  handle: WorkflowHandle,
  signal: AbortSignal,
): Promise<Answer> {
  const settled = new AbortController();
  const either = AbortSignal.any([signal, settled.signal]);
  const answer = client.connection.withAbortSignal(either, () =>
    within(client, ANSWER_LIMIT_MS, () => handle.result()),
  ) as Promise<Answer>;
  try {
    const isTaken = client.connection.withAbortSignal(either, () =>
      wasTaken(client, handle),
    );
    // Whichever is first: a short request may have been answered before its taking was.
    const isHeard = await Promise.race([answer.then(() => true), isTaken]);
    signal.throwIfAborted();
    if (!isHeard && (await giveUp(client, handle))) throw noWorker();
    return await answer;
  } finally {
    settled.abort();
    answer.catch(() => undefined);
  }
}

/** gRPC's FAILED_PRECONDITION: the server dropped the update with a workflow task that it redid. */
const DROPPED_WITH_ITS_TASK = 9;

async function wasTaken(
  client: Client,
  handle: WorkflowHandle,
): Promise<boolean> {
  const untilMs = Date.now() + TAKEN_WITHIN_MS;
  while (Date.now() < untilMs) {
    try {
      await client.connection.withDeadline(untilMs, () =>
        handle.startUpdate(takenUpdateName, { waitForStage: "ACCEPTED" }),
      );
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return true; // it has already ended
      if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) break;
      if (serviceErrorCode(error) !== DROPPED_WITH_ITS_TASK) throw error;
    }
  }
  return false;
}

/** Leaves nothing for a worker that comes later. False: one came just now, and has answered. */
async function giveUp(
  client: Client,
  handle: WorkflowHandle,
): Promise<boolean> {
  try {
    await within(client, RPC_DEADLINE_MS, () =>
      handle.terminate("No worker took it in time, and nobody waits any more"),
    );
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

function noWorker(): RefillError {
  return new RefillError(
    "NO_WORKER",
    `Expected a worker to take the request within ${String(TAKEN_WITHIN_MS / 1000)} s; got none. Start refill worker, or refill dev, and try again.`,
  );
}

/** As far as it can be done now: without a worker, or Temporal, there is nothing to stop. */
async function callOff(client: Client, handle: WorkflowHandle): Promise<void> {
  await within(client, CALL_OFF_DEADLINE_MS, () => handle.cancel()).catch(
    () => undefined,
  );
}

function within<T>(
  { connection }: Client,
  limitMs: number,
  call: () => Promise<T>,
): Promise<T> {
  return connection.withDeadline(Date.now() + limitMs, call);
}
