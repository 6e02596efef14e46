import type { FastifyRequest } from "fastify";
import { HttpProblem } from "../http/http-problem.js";
import { plainProblem } from "../http/problem.js";
import type { Access } from "./access.js";

/**
 * Access without a key, for a server that is bound to loopback on one's own machine. The browser on that machine also
 * shows other people's pages: none of them may ask anything here, whatever name it resolves to this address.
 */
export function localAccess(): Access {
  return (request) => {
    refuseForeignHost(request);
    refuseForeignPage(request);
    return Promise.resolve({
      team: null,
      scopes: ["batch_export:read", "batch_export:write"],
      name: `local API from ${request.ip}`,
      countedAs: "local",
    });
  };
}

function refuseForeignHost(request: FastifyRequest): void {
  const host = request.headers.host ?? "";
  if (/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host)) return;
  throw forbidden(
    "Expected a Host header that names loopback, because this server asks for no key; got another.",
  );
}

function refuseForeignPage({ headers }: FastifyRequest): void {
  const site = headers["sec-fetch-site"] ?? "none";
  const isOwnSite = site === "same-origin" || site === "none";
  const isOwnOrigin =
    headers.origin === undefined ||
    headers.origin === `http://${headers.host ?? ""}`;
  if (isOwnSite && isOwnOrigin) return;
  throw forbidden(
    "Expected a request of this server's own page or of a program; got one of another web page.",
  );
}

function forbidden(detail: string): HttpProblem {
  return new HttpProblem(plainProblem(403, "FORBIDDEN", detail));
}
