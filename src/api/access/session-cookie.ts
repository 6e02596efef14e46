import type { FastifyRequest } from "fastify";
import { SESSION_SECONDS } from "../../operations/api-sessions.js";

const name = "refill_session";

/**
 * The cookie of the page's session, by its token; an empty one ends it. Without a Path it belongs to where the browser sees
 * the page, whatever prefix a proxy takes away.
 */
export function sessionCookie(request: FastifyRequest, token: string): string {
  const lifetime = token === "" ? 0 : SESSION_SECONDS;
  const isSecure =
    request.protocol === "https" ||
    request.headers["x-forwarded-proto"] === "https";
  return [
    `${name}=${token}`,
    `Max-Age=${String(lifetime)}`,
    "HttpOnly",
    "SameSite=Strict",
    ...(isSecure ? ["Secure"] : []),
  ].join("; ");
}

/**
 * The token of the page's session; undefined without one, and for requests that another site's page makes the browser send:
 * SameSite=Strict keeps the cookie from those, and this holds where other programs share the site.
 */
export function sessionTokenOf(request: FastifyRequest): string | undefined {
  if (!isOwnPage(request)) return undefined;
  const cookies = (request.headers.cookie ?? "").split(/; */);
  return cookies
    .find((cookie) => cookie.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}

/** Whether a request is of this server's own page, as far as the browser tells. */
export function isOwnPage({ headers }: FastifyRequest): boolean {
  const site = headers["sec-fetch-site"] ?? "same-origin";
  const isOwnSite = site === "same-origin" || site === "none";
  const origin = headers.origin;
  if (origin === undefined) return isOwnSite;
  const host = /^https?:\/\/(.+)$/.exec(origin)?.[1];
  return isOwnSite && host === headers.host;
}
