import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { z } from "zod";
import { backfillStatuses } from "../../../src/domain/backfills/status.js";

/** The twelve properties, in the order of the published table. */
const properties = [
  "id",
  "team",
  "batch_export",
  "start_at",
  "end_at",
  "adjusted_start_at",
  "status",
  "progress",
  "total_records_count",
  "created_at",
  "finished_at",
  "last_updated_at",
];

const published = publishedSchema();

/** Exactly the published object: valid against its schema, all twelve properties in order, times in UTC. */
export function expectPublishedObject(document: unknown): void {
  expect(published.safeParse(document).error).toBeUndefined();
  const object = document as Readonly<Record<string, unknown>>;
  expect(Object.keys(object)).toEqual(properties);
  for (const [name, value] of Object.entries(object)) {
    if (!name.endsWith("_at") || value === null) continue;
    expect(value).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  }
}

/** docs/backfill.schema.json as a validator, with the enum that it refers to, and closed to other properties. */
function publishedSchema() {
  const path = join(__dirname, "../../../docs/backfill.schema.json");
  const { type, required, properties } = JSON.parse(
    readFileSync(path, "utf8"),
  ) as Required<z.core.JSONSchema.ObjectSchema>;
  return z.fromJSONSchema(
    {
      type,
      required,
      properties: {
        ...properties,
        status: { type: "string", enum: [...backfillStatuses] },
      },
      additionalProperties: false,
    },
    { defaultTarget: "openapi-3.0" },
  );
}
