import { z } from "zod";
import { backfillObject } from "../../../contract/objects/backfill.js";
import type { Published } from "../../../contract/objects/published.js";
import {
  cancelBody,
  concurrencyBody,
  reasonBody,
} from "../../../contract/requests/control-bodies.js";
import {
  type BackfillParams,
  backfillParams,
} from "../../../contract/requests/paths.js";
import { cancelModes } from "../../../domain/backfills/cancel-mode.js";
import { cancelBackfill } from "../../../operations/backfills/cancel-backfill.js";
import {
  pauseBackfill,
  resumeBackfill,
  setConcurrency,
} from "../../../operations/backfills/pause-backfill.js";
import { repinBackfill } from "../../../operations/backfills/repin-backfill.js";
import { retryBackfill } from "../../../operations/backfills/retry-backfill.js";
import type { OperationContext } from "../../../operations/context.js";
import { admittedOf } from "../../admission.js";
import { addWarning } from "../../http/warning-header.js";
import { operation, type Routes } from "../../openapi/operation.js";
import { requireBackfill } from "../../requests.js";

/** Steering a backfill. What is asked is written down first, so that it holds even while Temporal or all workers are away. */
export function addControlRoutes(app: Routes): void {
  addControl(app, "cancel", {
    id: "cancelBackfill",
    summary: `Cancel a backfill: ${cancelModes.join(", ")}`,
    body: cancelBody,
    answer: z.object({ cancelled: z.literal(true) }),
    send: async (context, id, body) => {
      const { reason = null, mode = "stop" } = body ?? {};
      const { warning } = await cancelBackfill(context, { id, reason, mode });
      return { answer: { cancelled: true } as const, warning };
    },
  });
  addControl(app, "pause", {
    id: "pauseBackfill",
    summary: "Begin no further run; those at work go on to their end",
    body: reasonBody,
    answer: backfillObject,
    send: (context, id, body) =>
      answered(pauseBackfill(context, { id, reason: body?.reason ?? null })),
  });
  addControl(app, "resume", {
    id: "resumeBackfill",
    summary: "End a pause, whatever it came of",
    body: reasonBody,
    answer: backfillObject,
    send: (context, id, body) =>
      answered(resumeBackfill(context, { id, reason: body?.reason ?? null })),
  });
  addControl(app, "concurrency", {
    id: "setBackfillConcurrency",
    summary: "Set how many runs are in flight at most; 0 pauses",
    body: concurrencyBody,
    answer: backfillObject,
    send: (context, id, { reason = null, concurrency }) =>
      answered(setConcurrency(context, { id, reason, concurrency })),
  });
  addControl(app, "retry", {
    id: "retryBackfill",
    summary: "Reopen a closed backfill for the runs that are not completed",
    body: reasonBody,
    answer: backfillObject,
    problems: [409],
    send: async (context, id, body) => {
      const reason = body?.reason ?? null;
      return { answer: await retryBackfill(context, { id, reason }) };
    },
  });
  addControl(app, "repin", {
    id: "repinBackfill",
    summary:
      "Take the export's current definition for the runs that are not completed",
    body: reasonBody,
    answer: backfillObject,
    problems: [409],
    send: async (context, id, body) => {
      const reason = body?.reason ?? null;
      const { backfill } = await repinBackfill(context, { id, reason });
      return { answer: backfill };
    },
  });
}

interface Control<Body extends z.ZodType, Answer extends z.ZodType> {
  readonly id: string;
  readonly summary: string;
  readonly body: Body;
  readonly answer: Answer;
  readonly problems?: readonly number[];
  readonly send: (
    context: OperationContext,
    id: string,
    body: Published<Body>,
  ) => Promise<Sent<Published<Answer>>>;
}

interface Sent<Answer> {
  readonly answer: Answer;
  /** Absent: there can be none. */
  readonly warning?: string | null;
}

function addControl<Body extends z.ZodType, Answer extends z.ZodType>(
  app: Routes,
  name: string,
  { id, summary, body, answer, problems = [], send }: Control<Body, Answer>,
): void {
  const options = operation({
    id,
    tag: "backfills",
    summary,
    scope: "batch_export:write",
    params: backfillParams,
    body,
    answers: { 200: answer },
    problems,
  });
  app.post<{ Params: BackfillParams }>(
    `/api/projects/:team/batch_exports/:export/backfills/:id/${name}/`,
    options,
    async (request, reply) => {
      const { context } = admittedOf(request);
      await requireBackfill(admittedOf(request), request.params);
      const asked = request.body as Published<Body>; // as its schema had it checked
      const sent = await send(context, request.params.id, asked);
      addWarning(reply, sent.warning ?? null);
      return sent.answer;
    },
  );
}

async function answered<Backfill>(
  outcome: Promise<{
    readonly backfill: Backfill;
    readonly warning: string | null;
  }>,
): Promise<Sent<Backfill>> {
  const { backfill, warning } = await outcome;
  return { answer: backfill, warning };
}
