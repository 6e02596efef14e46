import type { FastifyInstance } from "fastify";
import { sendProblem } from "./answer-errors.js";
import { plainProblem } from "./problem.js";

/** Answers 405 with `Allow` where a path has routes but none for the method, and 404 where it has none. */
export function answerUnknownRoutes(app: FastifyInstance): void {
  const methods = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ url, method }) => {
    const known = methods.get(url) ?? new Set();
    for (const one of [method].flat()) known.add(one);
    methods.set(url, known);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?")[0] ?? "";
    const allowed = allowedAt(methods, path);
    if (allowed.size === 0) {
      const detail = `Expected a path of the API; got ${path}. See /openapi.json.`;
      return sendProblem(reply, plainProblem(404, "ROUTE_NOT_FOUND", detail));
    }
    const list = [...allowed].sort().join(", ");
    const detail = `Expected one of ${list} for this path; got ${request.method}.`;
    void reply.header("allow", list);
    return sendProblem(reply, plainProblem(405, "METHOD_NOT_ALLOWED", detail));
  });
}

function allowedAt(
  methods: ReadonlyMap<string, ReadonlySet<string>>,
  path: string,
): ReadonlySet<string> {
  const allowed = new Set<string>();
  for (const [url, known] of methods) {
    if (patternOf(url).test(path)) for (const one of known) allowed.add(one);
  }
  return allowed;
}

/** A route's URL with its parameters as anything but a slash; a slash at the end may be left out. */
function patternOf(url: string): RegExp {
  const body = url
    .replace(/\/$/, "")
    .split("/")
    .map((part) => (part.startsWith(":") ? "[^/]+" : escape(part)))
    .join("/");
  return new RegExp(`^${body}/?$`);
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
