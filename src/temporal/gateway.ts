import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from "@temporalio/client";
import { defineSearchAttributeKey } from "@temporalio/common";
import {
  type BackfillInput,
  backfillWorkflowType,
  controlMessageName,
  turnSignalName,
} from "../contract/backfill-workflow.js";
import type { ControlMessage } from "../contract/control.js";
import { searchAttributes } from "../contract/search-attributes.js";
import {
  type VerifyInput,
  verifyWorkflowId,
  verifyWorkflowType,
} from "../contract/verification.js";
import type {
  WorkerAnswer,
  WorkerRequestType,
} from "../contract/worker-requests.js";
import type { WorkflowSettings } from "../contract/workflow-settings.js";
import { askWorker, type WorkerRequest } from "./ask-worker.js";
import { serviceErrorCode } from "./classify-error.js";
import { createScheduleGateway, type ScheduleGateway } from "./schedules.js";
import { knowsSearchAttributes } from "./search-attributes.js";
import { taskFailureOf } from "./task-failure.js";

/** No call of ours waits longer: an RPC has no deadline unless it is given one. */
const RPC_DEADLINE_MS = 10_000;

/** How long a worker has to show itself before a message counts as "will take effect later". */
const ACKNOWLEDGE_LIMIT_MS = 2_000;

/** What Temporal says of a workflow. Null: it knows none of this id. */
type WorkflowAnswer = {
  readonly status: string;
  readonly firstRunId: string | null;
  /** Why no worker that tried can take its next step; null where one can. */
  readonly taskFailure: string | null;
} | null;

interface StartRequest {
  readonly workflowId: string;
  readonly input: Omit<BackfillInput, "searchAttributes" | "settings">;
  readonly team: number;
  /** One line, and Markdown, for Temporal's Web UI. */
  readonly summary: string;
  readonly details: string;
  readonly timeLimitMs: number | null;
}

interface StartVerificationRequest {
  readonly verificationId: string;
  /** One line for Temporal's Web UI. */
  readonly summary: string;
}

/** All that Refill asks of Temporal, with a deadline on every call. */
export interface TemporalGateway {
  readonly namespace: string;
  /** Of this very cluster: a row made against another one is not reconciled here. */
  readonly clusterId: string;
  /** Starts a backfill's workflow, or finds it started. Returns the id of its first Temporal run. */
  startBackfill(request: StartRequest): Promise<string>;
  /** Starts a verification's workflow, or finds it started. */
  startVerification(request: StartVerificationRequest): Promise<void>;
  describe(workflowId: string): Promise<WorkflowAnswer>;
  /** Asks for cancellation, durably. False: there is no open workflow of this id. */
  cancel(workflowId: string): Promise<boolean>;
  /** Ends the workflow at once, without its code. False: there is no open workflow of this id. */
  terminate(workflowId: string, reason: string): Promise<boolean>;
  /** Tells a workflow of its new control: whether a worker took it up within two seconds, or it has already ended. */
  tell(workflowId: string, message: ControlMessage): Promise<boolean>;
  /** Leaves the same message with Temporal until a worker is up. False: there is no open workflow of this id. */
  leave(workflowId: string, message: ControlMessage): Promise<boolean>;
  /** Tells a queued backfill's workflow to look whether its turn has come. False: there is no open workflow of this id. */
  tellTurn(workflowId: string): Promise<boolean>;
  /**
   * Has a worker answer, and waits for it; aborting calls the request off.
   * @throws RefillError NO_WORKER, WORKER_LOST, WORKFLOW_LOST, or what the worker threw
   */
  ask<Type extends WorkerRequestType>(
    request: WorkerRequest<Type>,
    signal: AbortSignal,
  ): Promise<WorkerAnswer<Type>>;
  readonly schedules: ScheduleGateway;
  close(): Promise<void>;
}

/** The gateway over a connected client. */
export async function createGateway(options: {
  readonly client: Client;
  readonly taskQueue: string;
  /** What the workflows that it starts are given. */
  readonly settings: WorkflowSettings;
  readonly close: () => Promise<void>;
}): Promise<TemporalGateway> {
  const { client, taskQueue, settings } = options;
  const within = <T>(limitMs: number, call: () => Promise<T>): Promise<T> =>
    client.connection.withDeadline(Date.now() + limitMs, call);
  const { clusterId } = await within(RPC_DEADLINE_MS, () =>
    client.workflowService.getClusterInfo({}),
  );
  return {
    namespace: client.options.namespace,
    clusterId,
    startBackfill: (request) =>
      within(RPC_DEADLINE_MS, () => start(options, request)),
    startVerification: (request) =>
      within(RPC_DEADLINE_MS, () => startVerification(options, request)),
    describe: (workflowId) =>
      within(RPC_DEADLINE_MS, () => describe(client, workflowId)),
    cancel: (workflowId) =>
      within(RPC_DEADLINE_MS, () =>
        whereOpen(() => client.workflow.getHandle(workflowId).cancel()),
      ),
    terminate: (workflowId, reason) =>
      within(RPC_DEADLINE_MS, () =>
        whereOpen(() =>
          client.workflow.getHandle(workflowId).terminate(reason),
        ),
      ),
    tell: (workflowId, message) =>
      within(ACKNOWLEDGE_LIMIT_MS, () => tell(client, workflowId, message)),
    leave: (workflowId, message) =>
      within(RPC_DEADLINE_MS, () =>
        whereOpen(() =>
          client.workflow
            .getHandle(workflowId)
            .signal(controlMessageName, message),
        ),
      ),
    tellTurn: (workflowId) =>
      within(RPC_DEADLINE_MS, () =>
        whereOpen(() =>
          client.workflow.getHandle(workflowId).signal(turnSignalName),
        ),
      ),
    ask: (request, signal) => askWorker(options, request, signal),
    schedules: createScheduleGateway({
      client,
      taskQueue,
      settings,
      within: (call) => within(RPC_DEADLINE_MS, call),
    }),
    close: options.close,
  };
}

interface Starter {
  readonly client: Client;
  readonly taskQueue: string;
  readonly settings: WorkflowSettings;
}

async function start(
  { client, taskQueue, settings }: Starter,
  request: StartRequest,
): Promise<string> {
  const known = await knowsSearchAttributes(client);
  const input: BackfillInput = {
    ...request.input,
    searchAttributes: known,
    settings,
  };
  try {
    return await startOrFind(client, taskQueue, request, input);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    // It has already run to its end: that too is an answer to "has it been started".
    const answer = await describe(client, request.workflowId);
    return answer?.firstRunId ?? "";
  }
}

async function startOrFind(
  client: Client,
  taskQueue: string,
  request: StartRequest,
  input: BackfillInput,
): Promise<string> {
  const handle = await client.workflow.start(backfillWorkflowType, {
    workflowId: request.workflowId,
    taskQueue,
    args: [input],
    // The id belongs to one generation of one backfill: starting it again finds it, open or closed.
    workflowIdConflictPolicy: "USE_EXISTING",
    workflowIdReusePolicy: "REJECT_DUPLICATE",
    staticSummary: request.summary,
    staticDetails: request.details,
    ...(request.timeLimitMs === null
      ? {}
      : { workflowExecutionTimeout: request.timeLimitMs }),
    ...(input.searchAttributes
      ? { typedSearchAttributes: attributesOf(request) }
      : {}),
  });
  return handle.firstExecutionRunId;
}

async function startVerification(
  { client, taskQueue, settings }: Starter,
  { verificationId, summary }: StartVerificationRequest,
): Promise<void> {
  const { heartbeatTimeoutMs } = settings;
  const input: VerifyInput = { verificationId, heartbeatTimeoutMs };
  await client.workflow.start(verifyWorkflowType, {
    workflowId: verifyWorkflowId(verificationId),
    taskQueue,
    args: [input],
    workflowIdConflictPolicy: "USE_EXISTING",
    workflowIdReusePolicy: "REJECT_DUPLICATE",
    staticSummary: summary,
  });
}

function attributesOf({ input, team }: StartRequest) {
  const { export: name, team: teamKey, status } = searchAttributes;
  return [
    {
      key: defineSearchAttributeKey(name.name, name.type),
      value: input.exportName,
    },
    { key: defineSearchAttributeKey(teamKey.name, teamKey.type), value: team },
    {
      key: defineSearchAttributeKey(status.name, status.type),
      value: "Running",
    },
  ];
}

async function describe(
  client: Client,
  workflowId: string,
): Promise<WorkflowAnswer> {
  try {
    const answer = await client.workflow.getHandle(workflowId).describe();
    return {
      status: answer.status.name,
      firstRunId: answer.raw.workflowExecutionInfo?.firstRunId ?? null,
      taskFailure: await taskFailureOf(client, answer),
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/** False when Temporal knows no open workflow to do it to. */
async function whereOpen(request: () => Promise<unknown>): Promise<boolean> {
  try {
    await request();
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** gRPC's FAILED_PRECONDITION: the server redid a continue-as-new, and dropped the update with the workflow task. */
const DROPPED_WITH_ITS_TASK = 9;

async function tell(
  client: Client,
  workflowId: string,
  message: ControlMessage,
): Promise<boolean> {
  const untilMs = Date.now() + ACKNOWLEDGE_LIMIT_MS;
  for (;;) {
    try {
      await client.workflow
        .getHandle(workflowId)
        .startUpdate(controlMessageName, {
          args: [message],
          updateId: message.commandId,
          waitForStage: "ACCEPTED",
        });
      return true;
    } catch (error) {
      if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)
        return false;
      if (error instanceof WorkflowNotFoundError) return true;
      if (serviceErrorCode(error) !== DROPPED_WITH_ITS_TASK) throw error;
      if (Date.now() > untilMs) return false;
    }
  }
}
