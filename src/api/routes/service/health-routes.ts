import type { FastifyInstance } from "fastify";
import type { Readiness } from "../../../store/database/readiness.js";
import { sendProblem } from "../../http/answer-errors.js";
import { plainProblem } from "../../http/problem.js";

/** `/healthz`: this process answers. `/readyz`: so does the ledger. Neither tells anything else, and neither asks for a key. */
export function addHealthRoutes(
  app: FastifyInstance,
  readiness: Readiness,
): void {
  app.addHook("onClose", () => readiness.close());
  app.get("/healthz", { schema: { hide: true } }, () => ({ status: "ok" }));
  app.get("/readyz", { schema: { hide: true } }, async (_request, reply) => {
    if (await readiness.isAnswering()) return { status: "ok" };
    return sendProblem(reply, plainProblem(503, "NOT_READY", "Not ready."));
  });
}
