import type { FastifyReply } from "fastify";

/** Says in RFC 9111's `Warning` header what an answer could not be held against; 199 is for what fits no other number. */
export function addWarning(reply: FastifyReply, warning: string | null): void {
  if (warning === null) return;
  const text = warning.replaceAll(/[^\x20-\x7e]|["\\]/g, " ");
  void reply.header("warning", `199 refill "${text}"`);
}
