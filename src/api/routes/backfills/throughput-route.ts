import type { FastifyInstance } from "fastify";
import { backfillThroughput } from "../../../operations/backfills/backfill-throughput.js";
import { admittedOf } from "../../admission.js";
import { type BackfillParams, requireBackfill } from "../../requests.js";
import { problemAnswers } from "../../schemas/problem-schema.js";

const querySchema = {
  type: "object",
  properties: {
    buckets: { type: "integer", minimum: 1, maximum: 1_000, default: 120 },
  },
  additionalProperties: false,
} as const;

const count = { type: "integer" } as const;
const int64 = { type: "integer", format: "int64" } as const;
const time = { type: "string", format: "date-time" } as const;
const timeOrNull = { ...time, type: ["string", "null"] } as const;

const bucketSchema = {
  type: "object",
  properties: { completed: count, failed: count, records: int64, bytes: int64 },
  required: ["completed", "failed", "records", "bytes"],
} as const;

const pauseSchema = {
  type: "object",
  properties: { start: time, end: time },
  required: ["start", "end"],
} as const;

const throughputSchema = {
  type: "object",
  properties: {
    start: timeOrNull,
    end: timeOrNull,
    bucket_seconds: count,
    buckets: { type: "array", items: bucketSchema },
    pauses: { type: "array", items: pauseSchema },
  },
  required: ["start", "end", "bucket_seconds", "buckets", "pauses"],
} as const;

/** What a backfill got done over its life, in few numbers however many runs there are. */
export function addThroughputRoute(app: FastifyInstance): void {
  app.get<{
    Params: BackfillParams;
    Querystring: { readonly buckets: number };
  }>(
    "/api/projects/:team/batch_exports/:export/backfills/:id/throughput/",
    {
      config: { scope: "batch_export:read" },
      schema: {
        tags: ["backfills"],
        operationId: "backfillThroughput",
        summary:
          "Runs, records and bytes over the life of a backfill, and its pauses",
        querystring: querySchema,
        response: { 200: throughputSchema, ...problemAnswers() },
      },
    },
    async (request) => {
      const admitted = admittedOf(request);
      await requireBackfill(admitted, request.params);
      return backfillThroughput(admitted.context, {
        id: request.params.id,
        buckets: request.query.buckets,
      });
    },
  );
}
