import type { FastifyInstance, FastifyRequest } from "fastify";
import { carrierFrom } from "../../contract/trace-context.js";
import type { Tracing } from "../../telemetry/tracing.js";

/**
 * Makes a span of each request that was let in, in the trace that its `traceparent` names. It begins once the body was
 * read: what reads one runs outside of what a request's hooks began. Streams of events last for hours, and have none.
 */
export function traceRequests(app: FastifyInstance, tracing: Tracing): void {
  if (!tracing.isOn) return;
  const ends = new WeakMap<FastifyRequest, (status: number) => void>();
  app.addHook("preValidation", (request, _reply, done) => {
    const { url: route, config } = request.routeOptions;
    if (config.scope === undefined || route?.endsWith("/events")) {
      done();
      return;
    }
    void tracing.span(
      {
        name: `${request.method} ${route ?? ""}`,
        kind: "server",
        attributes: {
          "http.request.method": request.method,
          "http.route": route ?? null,
        },
        parent: carrierFrom(() => request.headers),
      },
      async (span) => {
        const status = await new Promise<number>((resolve) => {
          ends.set(request, resolve);
          done();
        });
        span.set({ "http.response.status_code": status });
        if (status >= 500) span.fail(String(status));
      },
    );
  });
  app.addHook("onResponse", (request, reply, done) => {
    ends.get(request)?.(reply.statusCode);
    done();
  });
}
