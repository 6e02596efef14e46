import type { FastifyInstance } from "fastify";
import { Counter, type Registry } from "prom-client";

/** Counts the answers of this process by route and status. Paths that are no route count as one, so that none can add more. */
export function countRequests(app: FastifyInstance, registry: Registry): void {
  const requests = new Counter({
    name: "refill_http_requests_total",
    help: "Requests that this process answered.",
    labelNames: ["method", "route", "status"],
    registers: [registry],
  });
  app.addHook("onResponse", (request, reply, done) => {
    requests.inc({
      method: request.method,
      route: request.routeOptions.url ?? "none",
      status: String(reply.statusCode),
    });
    done();
  });
}
