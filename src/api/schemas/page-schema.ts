import { backfillStatuses } from "../../domain/backfills/status.js";

const MAX_PAGE = 200;
const DEFAULT_PAGE = 50;

/** What every paginated list of backfills takes. */
export const pageQuerySchema = {
  type: "object",
  properties: {
    cursor: {
      type: "string",
      maxLength: 500,
      description: "Where the page begins, as an earlier page gave it",
    },
    limit: {
      type: "integer",
      minimum: 1,
      maximum: MAX_PAGE,
      default: DEFAULT_PAGE,
    },
    ordering: {
      type: "string",
      enum: ["created_at", "-created_at", "start_at", "-start_at"],
      default: "-created_at",
    },
    status: {
      type: "string",
      enum: backfillStatuses,
    },
  },
  additionalProperties: false,
} as const;

/** How many runs a page has. */
export const runLimitSchema = {
  type: "integer",
  minimum: 1,
  maximum: 1_000,
  default: 100,
} as const;

/** A page: absolute URLs of the pages beside it, null where there is none. */
export const backfillPageSchema = pageOf("BatchExportBackfill#");

/** A page of objects of one schema. */
export function pageOf(ref: string) {
  return {
    type: "object",
    properties: {
      next: { type: ["string", "null"], format: "uri" },
      previous: { type: ["string", "null"], format: "uri" },
      results: { type: "array", items: { $ref: ref } },
    },
    required: ["next", "previous", "results"],
  };
}
