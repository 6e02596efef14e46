import type { FastifyInstance } from "fastify";
import { type CancelMode, cancelModes } from "../../../contract/control.js";
import { cancelBackfill } from "../../../operations/backfills/cancel-backfill.js";
import type { CommandOutcome } from "../../../operations/backfills/command-backfill.js";
import {
  pauseBackfill,
  resumeBackfill,
  setConcurrency,
} from "../../../operations/backfills/pause-backfill.js";
import { repinBackfill } from "../../../operations/backfills/repin-backfill.js";
import { retryBackfill } from "../../../operations/backfills/retry-backfill.js";
import { type Admitted, admittedOf } from "../../admission.js";
import { addWarning } from "../../http/warning-header.js";
import { type BackfillParams, requireBackfill } from "../../requests.js";
import { problemAnswers } from "../../schemas/problem-schema.js";
import {
  cancelSchema,
  concurrencySchema,
  reasonSchema,
} from "../../schemas/request-schema.js";

interface Body {
  readonly reason?: string;
  readonly mode?: CancelMode;
  readonly concurrency?: number;
}

interface Control {
  readonly name:
    "cancel" | "pause" | "resume" | "concurrency" | "retry" | "repin";
  readonly operationId: string;
  readonly summary: string;
  readonly body: object;
  readonly answer: object;
  /** What it may be answered beside what every route may. */
  readonly conflicts?: readonly number[];
  readonly run: (
    context: Admitted["context"],
    id: string,
    body: Body,
  ) => Promise<{ readonly answer: unknown; readonly warning: string | null }>;
}

const backfill = { $ref: "BatchExportBackfill#" };

const controls: readonly Control[] = [
  {
    name: "cancel",
    operationId: "cancelBackfill",
    summary: `Cancel a backfill: ${cancelModes.join(", ")}`,
    body: cancelSchema,
    answer: {
      type: "object",
      properties: { cancelled: { type: "boolean", const: true } },
      required: ["cancelled"],
    },
    run: async (context, id, { reason = null, mode = "stop" }) => {
      const { warning } = await cancelBackfill(context, { id, reason, mode });
      return { answer: { cancelled: true }, warning };
    },
  },
  {
    name: "pause",
    operationId: "pauseBackfill",
    summary: "Begin no further run; those at work go on to their end",
    body: reasonSchema,
    answer: backfill,
    run: (context, id, { reason = null }) =>
      answered(pauseBackfill(context, { id, reason })),
  },
  {
    name: "resume",
    operationId: "resumeBackfill",
    summary: "End a pause, whatever it came of",
    body: reasonSchema,
    answer: backfill,
    run: (context, id, { reason = null }) =>
      answered(resumeBackfill(context, { id, reason })),
  },
  {
    name: "concurrency",
    operationId: "setBackfillConcurrency",
    summary: "Set how many runs are in flight at most; 0 pauses",
    body: concurrencySchema,
    answer: backfill,
    run: (context, id, { reason = null, concurrency = 0 }) =>
      answered(setConcurrency(context, { id, reason, concurrency })),
  },
  {
    name: "retry",
    operationId: "retryBackfill",
    summary: "Reopen a closed backfill for the runs that are not completed",
    body: reasonSchema,
    answer: backfill,
    conflicts: [409],
    run: async (context, id, { reason = null }) => ({
      answer: await retryBackfill(context, { id, reason }),
      warning: null,
    }),
  },
  {
    name: "repin",
    operationId: "repinBackfill",
    summary:
      "Take the export's current definition for the runs that are not completed",
    body: reasonSchema,
    answer: backfill,
    conflicts: [409],
    run: async (context, id, { reason = null }) => ({
      answer: (await repinBackfill(context, { id, reason })).backfill,
      warning: null,
    }),
  },
];

/** Steering a backfill. What is asked is written down first, so that it holds even while Temporal or all workers are away. */
export function addControlRoutes(app: FastifyInstance): void {
  for (const control of controls) addControl(app, control);
}

function addControl(app: FastifyInstance, control: Control): void {
  const { name, operationId, summary, body } = control;
  app.post<{ Params: BackfillParams; Body: Body | null }>(
    `/api/projects/:team/batch_exports/:export/backfills/:id/${name}/`,
    {
      config: { scope: "batch_export:write" },
      schema: {
        tags: ["backfills"],
        operationId,
        summary,
        body,
        response: {
          200: control.answer,
          ...problemAnswers(...(control.conflicts ?? [])),
        },
      },
    },
    async (request, reply) => {
      const admitted = admittedOf(request);
      const { id } = request.params;
      await requireBackfill(admitted, request.params);
      const { answer, warning } = await control.run(
        admitted.context,
        id,
        request.body ?? {},
      );
      addWarning(reply, warning);
      return answer;
    },
  );
}

async function answered(outcome: Promise<CommandOutcome>) {
  const { backfill: answer, warning } = await outcome;
  return { answer, warning };
}
