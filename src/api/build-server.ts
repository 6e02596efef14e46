import swagger from "@fastify/swagger";
import { fastify, type FastifyInstance } from "fastify";
import { Registry } from "prom-client";
import { toJson } from "../contract/json.js";
import type { OperationContext } from "../operations/context.js";
import { Readiness } from "../store/database/readiness.js";
import { noTracing, type Tracing } from "../telemetry/tracing.js";
import type { Access } from "./access/access.js";
import { type RateLimit, RateLimiter } from "./access/rate-limit.js";
import { letIn } from "./admission.js";
import {
  defaultStreamLimits,
  StreamLimiter,
  type StreamLimits,
} from "./events/stream-limit.js";
import { answerErrors } from "./http/answer-errors.js";
import { closeIdleConnections } from "./http/close-idle-connections.js";
import { failFast } from "./http/fail-fast.js";
import { answerUnknownRoutes } from "./http/method-not-allowed.js";
import { refuseUnstorableText } from "./http/storable-text.js";
import { traceRequests } from "./http/trace-requests.js";
import { countRequests } from "./metrics/request-counter.js";
import { componentSchemas } from "./openapi/json-schema.js";
import { openapiOptions } from "./openapi/openapi-options.js";
import type { SchemaTypes } from "./openapi/operation.js";
import { addPageRoutes } from "./page/page-routes.js";
import { addSessionRoutes } from "./routes/access/session-routes.js";
import { addBackfillRoutes } from "./routes/backfills/backfill-routes.js";
import { addControlRoutes } from "./routes/backfills/control-routes.js";
import { addEventsRoute } from "./routes/backfills/events-route.js";
import { addStartRoute } from "./routes/backfills/start-route.js";
import { addThroughputRoute } from "./routes/backfills/throughput-route.js";
import { addVerifyRoutes } from "./routes/backfills/verify-routes.js";
import { addCoverageRoutes } from "./routes/coverage/coverage-routes.js";
import { addExportRoutes } from "./routes/exports/export-routes.js";
import { addExportTestRoute } from "./routes/exports/export-test-route.js";
import { addPlanRoute } from "./routes/plans/plan-route.js";
import { addExportRunRoutes } from "./routes/runs/export-run-routes.js";
import { addRunCalendarRoute } from "./routes/runs/run-calendar-route.js";
import { addRunRoutes } from "./routes/runs/run-routes.js";
import { addRunStoryRoute } from "./routes/runs/run-story-route.js";
import { addScheduleControlRoutes } from "./routes/schedules/schedule-control-routes.js";
import { addScheduleRoutes } from "./routes/schedules/schedule-routes.js";
import { addDocumentRoutes } from "./routes/service/document-routes.js";
import { addHealthRoutes } from "./routes/service/health-routes.js";
import { addMetricsRoute } from "./routes/service/metrics-route.js";

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
  for (const schema of componentSchemas()) app.addSchema(schema);
  await app.register(swagger, openapiOptions());
  const limiter = new RateLimiter(options.rateLimit, context.nowMs);
  const streams = new StreamLimiter(
    options.streamLimits ?? defaultStreamLimits,
  );
  await app.register((scope, _options, done) => {
    const routes = scope.withTypeProvider<SchemaTypes>();
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
