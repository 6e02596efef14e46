import type { FastifyInstance, FastifyRequest } from "fastify";
import type { OperationContext } from "../operations/context.js";
import type { ApiScope } from "../store/access/api-key-rows.js";
import type { Access, Requester } from "./access/access.js";
import type { RateLimiter } from "./access/rate-limit.js";
import { HttpProblem } from "./http/http-problem.js";
import { plainProblem } from "./http/problem.js";

/** What routes are made from. */
export interface ApiDependencies {
  readonly context: OperationContext;
  readonly access: Access;
  readonly limiter: RateLimiter;
}

/** A request that has been let in: the team that it is about, and the operations' context in its name. */
export interface Admitted {
  readonly team: number;
  readonly context: OperationContext;
  /** What its requests, and its streams, are counted under. */
  readonly requester: string;
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** What a key needs for this route. Every route below a project has one. */
    readonly scope?: ApiScope;
  }
}

const admittedName = "admitted";

/**
 * Lets requests in, or refuses them, before a byte of their body is read: whoever has no key learns nothing of the routes.
 * To be called before the routes are added.
 */
export function letIn(app: FastifyInstance, api: ApiDependencies): void {
  app.decorateRequest(admittedName, null);
  app.addHook("onRoute", ({ url, config }) => {
    if (url.startsWith("/api/") && config?.scope === undefined) {
      throw new Error(`Expected a scope for the route ${url}; got none.`);
    }
  });
  app.addHook("onRequest", async (request) => {
    const { scope } = request.routeOptions.config;
    if (scope === undefined) return;
    request.setDecorator(admittedName, await admit(api, request, scope));
  });
}

/** What `letIn` found out about a request of a route with a scope. */
export function admittedOf(request: FastifyRequest): Admitted {
  return request.getDecorator<Admitted>(admittedName);
}

/**
 * Lets a request in to a team with a scope, or refuses it. Another team's project is as unknown as one that is not there.
 * @throws HttpProblem 401, 403, 404, 429
 */
async function admit(
  { context, access, limiter }: ApiDependencies,
  request: FastifyRequest,
  scope: ApiScope,
): Promise<Admitted> {
  const requester = await access(request);
  limiter.take(requester.countedAs);
  const { team: text } = request.params as { readonly team: string };
  const team = teamOf(text);
  if (team === null || (requester.team ?? team) !== team) {
    throw new HttpProblem(
      plainProblem(
        404,
        "PROJECT_NOT_FOUND",
        `Expected a project that this key may see; got ${text}.`,
      ),
    );
  }
  requireScope(requester, scope);
  return {
    team,
    context: { ...context, requestedBy: requester.name },
    requester: requester.countedAs,
  };
}

function teamOf(text: string): number | null {
  const team = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  return team <= 2_147_483_647 ? team : null;
}

/** A key that may write may read. */
function requireScope({ scopes }: Requester, scope: ApiScope): void {
  const isAllowed =
    scopes.includes(scope) ||
    (scope === "batch_export:read" && scopes.includes("batch_export:write"));
  if (isAllowed) return;
  throw new HttpProblem(
    plainProblem(
      403,
      "FORBIDDEN",
      `Expected a key with the scope ${scope}; got one with ${scopes.join(", ")}.`,
    ),
  );
}
