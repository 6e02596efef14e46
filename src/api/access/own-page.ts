import type { FastifyRequest } from "fastify";

/** Whether nothing that a browser tells of a request speaks against its being of this server's own page, or of a person. */
export function isOwnPage({ headers }: FastifyRequest): boolean {
  const site = headers["sec-fetch-site"] ?? "same-origin";
  return (site === "same-origin" || site === "none") && isOwnOrigin(headers);
}

/**
 * Whether a browser says that this server's own page sent a request. Browsers tell `Sec-Fetch-Site` over TLS and on loopback
 * alone, and the `Origin` of every write.
 */
export function isSameOrigin({ headers }: FastifyRequest): boolean {
  const site = headers["sec-fetch-site"];
  return site === undefined
    ? headers.origin !== undefined && isOwnOrigin(headers)
    : site === "same-origin" && isOwnOrigin(headers);
}

/** A proxy may have taken TLS away, so that only the host can be compared. */
function isOwnOrigin({ origin, host }: FastifyRequest["headers"]): boolean {
  return origin === undefined || /^https?:\/\/(.+)$/.exec(origin)?.[1] === host;
}
