const count = { type: "integer" } as const;
const time = { type: "string", format: "date-time" } as const;
const facts = { type: ["object", "null"] } as const;

/** The body that asks for a verification. */
export const verifySchema = {
  type: ["object", "null"],
  properties: {
    deep: {
      type: "boolean",
      default: false,
      description: "Compare row by row, not only counts and checksums",
    },
  },
  additionalProperties: false,
} as const;

/** Where a verification stands. Completed says that all was looked at, not that nothing differs. */
export const verificationSchema = {
  type: "object",
  properties: {
    id: { type: "string", format: "uuid" },
    backfill: { type: "string", format: "uuid" },
    deep: { type: "boolean" },
    status: {
      type: "string",
      enum: ["Running", "Completed", "Failed", "Cancelled"],
    },
    total_runs: count,
    checked_runs: count,
    superseded_runs: count,
    differing_runs: count,
    findings_count: count,
    error: facts,
    created_at: time,
    finished_at: { type: ["string", "null"], format: "date-time" },
  },
  required: ["id", "backfill", "status", "findings_count", "created_at"],
} as const;

/** A verification with the first of its findings. */
export const verificationWithFindingsSchema = {
  ...verificationSchema,
  properties: {
    ...verificationSchema.properties,
    findings: {
      type: "array",
      description: "The first 1,000, by run",
      items: {
        type: "object",
        properties: {
          run: count,
          data_interval_start: time,
          data_interval_end: time,
          kind: {
            type: "string",
            enum: ["count", "missing", "changed", "extra", "rows"],
          },
          key: { type: ["string", "null"] },
          expected: facts,
          actual: facts,
        },
        required: ["run", "kind"],
      },
    },
  },
} as const;
