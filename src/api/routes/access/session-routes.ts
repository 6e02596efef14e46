import type { FastifyInstance } from "fastify";
import { sessionBody } from "../../../contract/requests/export-bodies.js";
import {
  beginSession,
  endSession,
} from "../../../operations/access/api-sessions.js";
import { listExportRows } from "../../../store/exports/export-rows.js";
import { isOwnPage } from "../../access/own-page.js";
import { sessionCookie, sessionTokenOf } from "../../access/session-cookie.js";
import type { ApiDependencies } from "../../admission.js";
import { HttpProblem } from "../../http/http-problem.js";
import { plainProblem } from "../../http/problem.js";
import { jsonSchemaOf } from "../../openapi/json-schema.js";

/** The page's session: who is in, in with a key, and out. */
export function addSessionRoutes(
  app: FastifyInstance,
  { context, access, limiter }: ApiDependencies,
): void {
  app.get("/session", { schema: { hide: true } }, async (request, reply) => {
    const { team, scopes } = await access(request);
    const teams =
      team === null
        ? (await listExportRows(context.pool, null)).map((row) => row.team)
        : [team];
    void reply.header("cache-control", "no-store");
    return { teams: [...new Set(teams)], scopes, needs_key: team !== null };
  });
  app.post<{ Body: { readonly key: string } }>(
    "/session",
    { schema: { hide: true, body: jsonSchemaOf(sessionBody) } },
    async (request, reply) => {
      limiter.take(`session of ${request.ip}`);
      const { key } = request.body;
      const token = isOwnPage(request)
        ? await beginSession(context, key)
        : null;
      if (token === null) throw refusal();
      void reply.header("set-cookie", sessionCookie(request, token));
      return reply.code(204).send();
    },
  );
  app.delete("/session", { schema: { hide: true } }, async (request, reply) => {
    const token = sessionTokenOf(request);
    if (token !== undefined) await endSession(context, token);
    void reply.header("set-cookie", sessionCookie(request, ""));
    return reply.code(204).send();
  });
}

function refusal(): HttpProblem {
  const detail =
    "Expected an API key; got one that is unknown or revoked. Make one with refill key create.";
  return new HttpProblem(plainProblem(401, "UNAUTHORIZED", detail));
}
