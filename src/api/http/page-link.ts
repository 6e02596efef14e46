import type { FastifyRequest } from "fastify";

/** What of a request tells its URL. */
export type Linked = Pick<FastifyRequest, "url" | "protocol" | "host">;

/** The URL of another page of what a request asked for; null where there is none. */
export function pageLink(
  request: Linked,
  cursor: string | null,
): string | null {
  if (cursor === null) return null;
  const url = new URL(request.url, `${request.protocol}://${request.host}`);
  url.searchParams.set("cursor", cursor);
  return url.href;
}
