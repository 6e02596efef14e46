import type { FastifyRequest } from "fastify";

/** The URL of another page of what a request asked for; null where there is none. */
export function pageLink(
  request: FastifyRequest,
  cursor: string | null,
): string | null {
  if (cursor === null) return null;
  const url = new URL(request.url, `${request.protocol}://${request.host}`);
  url.searchParams.set("cursor", cursor);
  return url.href;
}
