import type { FastifyRequest } from "fastify";
import type { ApiScope } from "../../store/access/api-key-rows.js";

/** Who asks, and what they may do. A null team: every team's (a `refill dev` on one's own machine). */
export interface Requester {
  readonly team: number | null;
  readonly scopes: readonly ApiScope[];
  /** For the audit trail: `key nightly from 10.0.0.7`. */
  readonly name: string;
  /** What its requests are counted under. */
  readonly countedAs: string;
}

/** Tells who asks. @throws HttpProblem 401 or 403 */
export type Access = (request: FastifyRequest) => Promise<Requester>;
