import type { FastifyInstance } from "fastify";
import type { Metric } from "./metrics-text.js";

/** Counts the answers of this process by route and status. Paths that are no route count as one, so that none can add more. */
export class RequestCounter {
  readonly #counts = new Map<string, number>();

  constructor(app: FastifyInstance) {
    app.addHook("onResponse", (request, reply, done) => {
      const route = request.routeOptions.url ?? "none";
      const labels = [request.method, route, String(reply.statusCode)];
      const key = JSON.stringify(labels);
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
      done();
    });
  }

  metric(): Metric {
    return {
      name: "refill_http_requests_total",
      type: "counter",
      help: "Requests that this process answered.",
      samples: [...this.#counts].map(([key, value]) => {
        const [method = "", route = "", status = ""] = JSON.parse(
          key,
        ) as readonly string[];
        return { labels: { method, route, status }, value };
      }),
    };
  }
}
