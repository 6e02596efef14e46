import type { FastifyRequest } from "fastify";
import {
  type ApiKeyHolder,
  recogniseApiKey,
} from "../../operations/access/api-keys.js";
import { recogniseSession } from "../../operations/access/api-sessions.js";
import type { OperationContext } from "../../operations/context.js";
import { HttpProblem } from "../http/http-problem.js";
import { plainProblem } from "../http/problem.js";
import type { Access } from "./access.js";
import { sessionTokenOf } from "./session-cookie.js";

/** Access by `Authorization: Bearer KEY`, else by the page's session. */
export function keyAccess(context: Pick<OperationContext, "pool">): Access {
  return async (request) => {
    const header = request.headers.authorization ?? "";
    const holder =
      header === ""
        ? await holderOfSession(context, request)
        : await holderOfKey(context, header);
    if (holder === null) throw unauthorized(header);
    return {
      team: holder.team,
      scopes: holder.scopes,
      name: `key ${holder.name} (${holder.id}) from ${request.ip}`,
      countedAs: holder.id,
    };
  };
}

async function holderOfSession(
  context: Pick<OperationContext, "pool">,
  request: FastifyRequest,
): Promise<ApiKeyHolder | null> {
  const token = sessionTokenOf(request);
  return token === undefined ? null : recogniseSession(context, token);
}

async function holderOfKey(
  context: Pick<OperationContext, "pool">,
  header: string,
): Promise<ApiKeyHolder | null> {
  const key = /^Bearer +(\S+)$/i.exec(header)?.[1];
  return key === undefined ? null : recogniseApiKey(context, key);
}

function unauthorized(header: string): HttpProblem {
  const got = header === "" ? "none" : "one that is unknown or revoked";
  return new HttpProblem(
    plainProblem(
      401,
      "UNAUTHORIZED",
      `Expected an API key as Authorization: Bearer KEY; got ${got}. Make one with refill key create.`,
    ),
    { "www-authenticate": "Bearer" },
  );
}
