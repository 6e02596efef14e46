import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { sendProblem } from "../http/answer-errors.js";
import { plainProblem } from "../http/problem.js";
import { hardening } from "./hardening.js";
import { loadPageFiles, type PageFile } from "./page-files.js";

/** Only what this server itself serves may run or be asked, and nobody may frame it. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** The page at `/` and its assets, whose names change with their content. They hold no data, so they ask for no key. */
export function addPageRoutes(app: FastifyInstance): void {
  const files = loadPageFiles();
  app.get("/", { schema: { hide: true } }, (request, reply) =>
    send(request, reply, files.get("index.html"), "no-cache"),
  );
  app.get<{ Params: { name: string } }>(
    "/assets/:name",
    { schema: { hide: true } },
    (request, reply) =>
      send(
        request,
        reply,
        files.get(`assets/${request.params.name}`),
        "public, max-age=31536000, immutable",
      ),
  );
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  file: PageFile | undefined,
  cacheControl: string,
): FastifyReply {
  if (file === undefined) {
    const detail = "Expected a file of the page; got none. Run npm run build.";
    return sendProblem(reply, plainProblem(404, "ROUTE_NOT_FOUND", detail));
  }
  const takesGzip = /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
  return reply
    .headers({ ...hardening, vary: "accept-encoding" })
    .header("content-security-policy", contentSecurityPolicy)
    .header("cache-control", cacheControl)
    .header("content-type", file.mediaType)
    .headers(takesGzip ? { "content-encoding": "gzip" } : {})
    .send(takesGzip ? file.gzipped : file.content);
}
