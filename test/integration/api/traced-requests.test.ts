import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ExportResultCode } from "@opentelemetry/core";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import type { FastifyInstance } from "fastify";
import { localAccess } from "../../../src/api/access/local-access.js";
import { buildServer } from "../../../src/api/build-server.js";
import { createOtelTracing } from "../../../src/telemetry/otel-tracing.js";
import { connectTemporal } from "../../../src/temporal/connect.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
} from "../backfill/installation.js";

let refill: Installation;
let app: FastifyInstance;
let origin: string;
const spans: ReadableSpan[] = [];
const tracing = createOtelTracing({
  exporter: {
    export: (ended, done) => {
      spans.push(...ended);
      done({ code: ExportResultCode.SUCCESS });
    },
    shutdown: () => Promise.resolve(),
  },
  service: "refill-server",
});

beforeAll(async () => {
  refill = await createInstallation();
  await createEvents(refill.pool, {
    start: "2024-03-01",
    end: "2024-03-08",
    every: "1 hour",
  });
  await createEventsExport(refill.context);
  const gateway = await connectTemporal({
    address: refill.env["TEMPORAL_ADDRESS"] ?? "",
    explicit: false,
    taskQueue: refill.config.taskQueue,
    settings: refill.config.workflows,
    tracing,
  });
  app = await buildServer({
    context: { ...refill.context, temporal: () => Promise.resolve(gateway) },
    access: localAccess(),
    rateLimit: { burst: 100, perSecond: 100 },
    say: () => undefined,
    tracing,
  });
  app.addHook("onClose", () => gateway.close());
  origin = await app.listen({ host: "127.0.0.1", port: 0 });
});

afterAll(async () => {
  await app.close();
  await refill.remove();
});

test("a request goes on in the trace of whoever asks, down to the workflow that it starts; a probe leaves no span", async () => {
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(new URL(path, origin), init);
  const started = await ask("/api/projects/1/batch_exports/events/backfills/", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      traceparent: `00-${traceId}-b7ad6b7169203331-01`,
    },
    body: JSON.stringify({ start_at: "2024-03-01", end_at: "2024-03-08" }),
  });
  expect(started.status).toBe(201);
  const missing = await ask("/api/projects/1/batch_exports/none/backfills/");
  expect(missing.status).toBe(404);
  expect((await ask("/healthz")).status).toBe(200);
  await tracing.close(5_000);
  const start = spans.find(({ name }) => name === "StartWorkflow:backfill");
  const request = spans.find(({ name }) => name.startsWith("POST "));
  expect(request).toMatchObject({
    name: "POST /api/projects/:team/batch_exports/:export/backfills/",
    attributes: { "http.response.status_code": 201 },
    parentSpanContext: { traceId, spanId: "b7ad6b7169203331" },
  });
  expect(start?.parentSpanContext).toMatchObject({
    traceId,
    spanId: request?.spanContext().spanId,
  });
  const others = spans.filter((span) => span !== start && span !== request);
  expect(others.map(({ name, status }) => [name, status.code])).toEqual([
    ["GET /api/projects/:team/batch_exports/:export/backfills/", 0],
  ]);
});
