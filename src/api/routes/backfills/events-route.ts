import type { FastifyReply, FastifyRequest } from "fastify";
import { followHeaders } from "../../../contract/requests/headers.js";
import { backfillParams } from "../../../contract/requests/paths.js";
import { isOpen } from "../../../domain/backfills/status.js";
import { describeBackfill } from "../../../operations/backfills/describe-backfill.js";
import type { OperationContext } from "../../../operations/context.js";
import type { Access } from "../../access/access.js";
import { admittedOf } from "../../admission.js";
import { BackfillFeeds } from "../../events/backfill-feed.js";
import { messagesSince, NOTHING_SEEN } from "../../events/backfill-messages.js";
import { EventStream } from "../../events/event-stream.js";
import type { StreamLimiter } from "../../events/stream-limit.js";
import { HttpProblem } from "../../http/http-problem.js";
import { operation, type Routes } from "../../openapi/operation.js";
import { requireBackfill } from "../../requests.js";

export interface EventDependencies {
  readonly context: OperationContext;
  readonly access: Access;
  readonly streams: StreamLimiter;
}

const POLL_MS = 1_000;
const KEEP_ALIVE_MS = 15_000;

const { config, schema } = operation({
  id: "followBackfill",
  tag: "backfills",
  summary: "What changes of a backfill, as server-sent events, until it closes",
  scope: "batch_export:read",
  params: backfillParams,
  headers: followHeaders,
  answers: {},
});

/** No objects of JSON, which is what `operation` knows. */
const response = {
  200: {
    description:
      "Events: status, progress, failures, and end when it has closed",
    content: { "text/event-stream": { schema: { type: "string" } } },
  },
  204: {
    description: "It has closed, and all of it has been seen: don't come back",
    type: "null",
  },
  ...schema.response,
};

/** A backfill's events. Many streams of one backfill share its reader. */
export function addEventsRoute(
  app: Routes,
  { context, access, streams }: EventDependencies,
): void {
  const feeds = new BackfillFeeds({
    read: async (id) => (await describeBackfill(context, { id })).description,
    pollMs: POLL_MS,
  });
  app.addHook("preClose", (done) => {
    feeds.close();
    done();
  });
  app.get(
    "/api/projects/:team/batch_exports/:export/backfills/:id/events",
    // A HEAD would hold the line for an answer without a body.
    { exposeHeadRoute: false, config, schema: { ...schema, response } },
    async (request, reply) => {
      const admitted = admittedOf(request);
      await requireBackfill(admitted, request.params);
      const id = request.params.id.toLowerCase();
      const seen = seenOf(request);
      if (seen !== NOTHING_SEEN) {
        const { description } = await describeBackfill(context, { id });
        const isNews = messagesSince(description, seen).length > 0;
        if (!isOpen(description.status) && !isNews)
          return reply.code(204).send();
      }
      const leave = streams.take(admitted.requester);
      reply.raw.once("close", leave);
      const stream = openStream(reply, seen);
      const stop = feeds.follow(id, stream);
      const timer = keepAlive(stream, () => access(request), stop);
      reply.raw.once("close", () => {
        clearInterval(timer);
        stop();
      });
      return reply;
    },
  );
}

function seenOf({ headers }: FastifyRequest): string {
  const id = headers["last-event-id"];
  const isOurs = typeof id === "string" && /^[-\w]+(\.[-\w]+){2}$/.test(id);
  return isOurs ? id : NOTHING_SEEN;
}

function openStream(reply: FastifyReply, seen: string): EventStream {
  reply.hijack();
  return new EventStream(reply.raw, seen);
}

/** A stream lasts for hours: a key that is revoked meanwhile ends it. */
function keepAlive(
  stream: EventStream,
  check: () => Promise<unknown>,
  stop: () => void,
): NodeJS.Timeout {
  return setInterval(() => {
    check().then(
      () => {
        stream.comment("still here");
      },
      (error: unknown) => {
        if (!(error instanceof HttpProblem)) return;
        stop();
        stream.end(null);
      },
    );
  }, KEEP_ALIVE_MS);
}
