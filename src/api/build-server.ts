import swagger from "@fastify/swagger";
import { fastify, type FastifyInstance } from "fastify";
import { Registry } from "prom-client";
import { toJson } from "../contract/json.js";
import type { OperationContext } from "../operations/context.js";
import { Readiness } from "../store/readiness.js";
import { noTracing, type Tracing } from "../telemetry/tracing.js";
import type { Access } from "./access/access.js";
import { type RateLimit, RateLimiter } from "./access/rate-limit.js";
import { letIn } from "./admission.js";
import { answerErrors } from "./answer-errors.js";
import { closeIdleConnections } from "./close-idle-connections.js";
import {
  defaultStreamLimits,
  StreamLimiter,
  type StreamLimits,
} from "./events/stream-limit.js";
import { failFast } from "./fail-fast.js";
import { answerUnknownRoutes } from "./method-not-allowed.js";
import { countRequests } from "./metrics/request-counter.js";
import { openapiOptions } from "./openapi-options.js";
import { addPageRoutes } from "./page/page-routes.js";
import { addBackfillRoutes } from "./routes/backfill-routes.js";
import { addControlRoutes } from "./routes/control-routes.js";
import { addCoverageRoutes } from "./routes/coverage-routes.js";
import { addDocumentRoutes } from "./routes/document-routes.js";
import { addEventsRoute } from "./routes/events-route.js";
import { addExportRoutes } from "./routes/export-routes.js";
import { addExportRunRoutes } from "./routes/export-run-routes.js";
import { addExportTestRoute } from "./routes/export-test-route.js";
import { addHealthRoutes } from "./routes/health-routes.js";
import { addMetricsRoute } from "./routes/metrics-route.js";
import { addPlanRoute } from "./routes/plan-route.js";
import { addRunCalendarRoute } from "./routes/run-calendar-route.js";
import { addRunRoutes } from "./routes/run-routes.js";
import { addRunStoryRoute } from "./routes/run-story-route.js";
import { addScheduleControlRoutes } from "./routes/schedule-control-routes.js";
import { addScheduleRoutes } from "./routes/schedule-routes.js";
import { addSessionRoutes } from "./routes/session-routes.js";
import { addStartRoute } from "./routes/start-route.js";
import { addThroughputRoute } from "./routes/throughput-route.js";
import { addVerifyRoutes } from "./routes/verify-routes.js";
import {
  backfillSchema,
  backfillStatusSchema,
} from "./schemas/backfill-schema.js";
import { exportSchema } from "./schemas/export-schema.js";
import { problemSchema } from "./schemas/problem-schema.js";
import { runSchema } from "./schemas/run-schema.js";
import { scheduleSchema } from "./schemas/schedule-schema.js";
import { refuseUnstorableText } from "./storable-text.js";
import { traceRequests } from "./trace-requests.js";

export interface ServerOptions {
  readonly context: OperationContext;
  readonly access: Access;
  readonly rateLimit: RateLimit;
  /** Absent: `defaultStreamLimits`. */
  readonly streamLimits?: StreamLimits;
  /** Faults that clients are not told of. */
  readonly say: (line: string) => void;
  /** Absent: requests make no spans. */
  readonly tracing?: Tracing;
}

const components = [
  problemSchema,
  exportSchema,
  runSchema,
  scheduleSchema,
  backfillStatusSchema,
  backfillSchema,
];

/** The largest body that any route takes: a definition with a long query. */
const BODY_LIMIT_BYTES = 256 * 1024;

/** The REST API, not listening yet. */
export async function buildServer(
  options: ServerOptions,
): Promise<FastifyInstance> {
  const { access } = options;
  const context = failFast(options.context);
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    routerOptions: { ignoreTrailingSlash: true },
    ajv: { customOptions: { allErrors: true, removeAdditional: false } },
  });
  // Our own JSON: every digit of a bigint. Answers are made by the operations, whose types say what they are.
  // A form or a text is what other people's web pages can send without asking.
  app.removeContentTypeParser("text/plain");
  app.setReplySerializer((payload) => toJson(payload));
  app.setSerializerCompiler(() => toJson);
  answerErrors(app, options.say);
  const registry = new Registry();
  countRequests(app, registry);
  answerUnknownRoutes(app);
  closeIdleConnections(app);
  for (const schema of components) app.addSchema(schema);
  await app.register(swagger, openapiOptions());
  const limiter = new RateLimiter(options.rateLimit, context.nowMs);
  const streams = new StreamLimiter(
    options.streamLimits ?? defaultStreamLimits,
  );
  await app.register((routes, _options, done) => {
    letIn(routes, { context, access, limiter });
    refuseUnstorableText(routes);
    traceRequests(routes, options.tracing ?? noTracing);
    addHealthRoutes(routes, new Readiness(() => context.pool));
    addExportRoutes(routes);
    addBackfillRoutes(routes);
    addPlanRoute(routes);
    addExportTestRoute(routes);
    addCoverageRoutes(routes);
    addStartRoute(routes);
    addControlRoutes(routes);
    addVerifyRoutes(routes);
    addRunRoutes(routes);
    addRunCalendarRoute(routes);
    addThroughputRoute(routes);
    addRunStoryRoute(routes);
    addScheduleRoutes(routes);
    addScheduleControlRoutes(routes);
    addExportRunRoutes(routes);
    addSessionRoutes(routes, { context, access, limiter });
    addPageRoutes(routes);
    addMetricsRoute(routes, { pool: context.pool, access, registry, streams });
    addEventsRoute(routes, { context, access, streams });
    addDocumentRoutes(routes, access);
    done();
  });
  return app;
}
