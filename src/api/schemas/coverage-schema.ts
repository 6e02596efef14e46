const time = { type: "string", format: "date-time" } as const;
const count = { type: "integer" } as const;

/** What the coverage of an export answers. */
export const coverageSchema = {
  type: "object",
  properties: {
    batch_export: { type: "string", format: "uuid" },
    definition_version: count,
    start: { type: ["string", "null"], format: "date-time" },
    end: time,
    intervals: {
      type: "object",
      properties: {
        ...{ total: count, covered: count, stale: count },
        ...{ open: count, failed: count, missing: count },
      },
      required: ["total", "covered", "stale", "open", "failed", "missing"],
    },
    ranges: {
      type: "array",
      items: {
        type: "object",
        properties: {
          start: time,
          end: time,
          state: {
            type: "string",
            enum: ["covered", "stale", "open", "failed", "missing"],
          },
          reason: { type: ["string", "null"] },
          intervals: count,
          backfill: { type: ["string", "null"], format: "uuid" },
        },
        required: ["start", "end", "state", "intervals"],
      },
    },
  },
  required: ["batch_export", "start", "end", "intervals", "ranges"],
} as const;
