import type { FastifyRequest } from "fastify";
import { SESSION_SECONDS } from "../../operations/access/api-sessions.js";
import { HttpProblem } from "../http/http-problem.js";
import { plainProblem } from "../http/problem.js";
import { isOwnPage, isSameOrigin } from "./own-page.js";

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
 * The token of the page's session; undefined without one, and for reads that another site's page makes the browser ask for:
 * SameSite=Strict keeps the cookie from those, and this holds where other programs share the site.
 * @throws HttpProblem 403 for a write with a session of which the browser does not say that this server's page sent it
 */
export function sessionTokenOf(request: FastifyRequest): string | undefined {
  const cookies = (request.headers.cookie ?? "").split(/; */);
  const token = cookies
    .find((cookie) => cookie.startsWith(`${name}=`))
    ?.slice(name.length + 1);
  if (token === undefined) return undefined;
  if (reads.includes(request.method)) {
    return isOwnPage(request) ? token : undefined;
  }
  if (!isSameOrigin(request)) throw notOwnPage();
  return token;
}

const reads = ["GET", "HEAD"];

function notOwnPage(): HttpProblem {
  const detail =
    "Expected a session's write to be of this server's own page, as Sec-Fetch-Site or Origin tell; got one of another. A program sends a key: Authorization: Bearer KEY.";
  return new HttpProblem(plainProblem(403, "FORBIDDEN", detail));
}
