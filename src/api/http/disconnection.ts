import type { FastifyReply } from "fastify";

/** Aborted when the client goes before its answer has been sent, so that nobody works on for it. */
export function disconnection(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
