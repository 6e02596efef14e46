import type { FastifyRequest } from "fastify";
import type { OperationContext } from "../operations/context.js";
import { findExports, type BatchExportRow } from "../store/batch-exports.js";
import { findBackfill } from "../store/backfill-row.js";
import { RefillError } from "../domain/errors.js";
import type { ApiScope } from "../store/api-keys.js";
import type { Access, Requester } from "./access/access.js";
import type { RateLimiter } from "./access/rate-limit.js";
import { HttpProblem } from "./http-problem.js";
import { plainProblem } from "./problem.js";

/** What routes are made from. */
export interface ApiDependencies {
  readonly context: OperationContext;
  readonly access: Access;
  readonly limiter: RateLimiter;
}

/** The parameters of a route below a project. */
export interface TeamParams {
  readonly team: string;
}

/** A request that has been let in: the team that it is about, and the operations' context in its name. */
export interface Admitted {
  readonly team: number;
  readonly context: OperationContext;
}

/**
 * Lets a request in to a team with a scope, or refuses it. Another team's project is as unknown as one that is not there.
 * @throws HttpProblem 401, 403, 404, 429
 */
export async function admit(
  { context, access, limiter }: ApiDependencies,
  request: FastifyRequest,
  scope: ApiScope,
): Promise<Admitted> {
  const requester = await access(request);
  limiter.take(requester.countedAs);
  const { team: text } = request.params as TeamParams;
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
  return { team, context: { ...context, requestedBy: requester.name } };
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

/**
 * The team's undeleted export of this id or name.
 * @throws RefillError EXPORT_NOT_FOUND
 */
export async function exportOfTeam(
  { team, context }: Admitted,
  reference: string,
): Promise<BatchExportRow> {
  const [found] = await findExports(context.pool, { export: reference, team });
  if (found !== undefined) return found;
  throw new RefillError(
    "EXPORT_NOT_FOUND",
    `Expected the id or the name of an export of team ${String(team)}; got ${reference}, which names none.`,
    { details: { export: reference, team } },
  );
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Makes sure that a backfill is the team's and the export's. A backfill never changes either, so what holds here holds
 * in the operation that follows. The export may be given by name, and may be deleted by now when given by its id.
 * @throws RefillError BACKFILL_NOT_FOUND
 */
export async function requireBackfill(
  { team, context }: Admitted,
  params: { readonly export: string; readonly id: string },
): Promise<void> {
  const row = uuid.test(params.id)
    ? await findBackfill(context.pool, params.id.toLowerCase())
    : null;
  const isOfExport =
    row !== null &&
    (row.batch_export_id === params.export.toLowerCase() ||
      row.export_name === params.export);
  if (row?.team === team && isOfExport) return;
  throw new RefillError(
    "BACKFILL_NOT_FOUND",
    `Expected the id of a backfill of export ${params.export} in team ${String(team)}; got ${params.id}, which names none.`,
    { details: { backfill: params.id } },
  );
}
