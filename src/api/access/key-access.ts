import { recogniseApiKey } from "../../operations/api-keys.js";
import type { OperationContext } from "../../operations/context.js";
import { HttpProblem } from "../http-problem.js";
import { plainProblem } from "../problem.js";
import type { Access } from "./access.js";
import { sessionKeyOf } from "./session-cookie.js";

/** Access by `Authorization: Bearer KEY`, else by the page's session. */
export function keyAccess(context: Pick<OperationContext, "pool">): Access {
  return async (request) => {
    const header = request.headers.authorization ?? "";
    const key =
      header === ""
        ? sessionKeyOf(request)
        : /^Bearer +(\S+)$/i.exec(header)?.[1];
    const holder =
      key === undefined ? null : await recogniseApiKey(context, key);
    if (holder === null) throw unauthorized(header);
    return {
      team: holder.team,
      scopes: holder.scopes,
      name: `key ${holder.name} (${holder.id}) from ${request.ip}`,
      countedAs: holder.id,
    };
  };
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
