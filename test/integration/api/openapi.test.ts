import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { apiFixture } from "./api-fixture.js";

const api = apiFixture();

/** The contract's object as OpenAPI 3.1 writes it: `nullable` became a type. */
const backfill = {
  title: "BatchExportBackfill",
  type: "object",
  properties: {
    id: { type: "string", format: "uuid", readOnly: true },
    progress: {
      type: ["object", "null"],
      properties: {
        total_runs: { type: ["integer", "null"] },
        finished_runs: { type: ["integer", "null"] },
        progress: { type: ["number", "null"] },
      },
      readOnly: true,
    },
    start_at: { type: ["string", "null"], format: "date-time" },
    end_at: { type: ["string", "null"], format: "date-time" },
    status: {
      allOf: [{ $ref: "#/components/schemas/BatchExportBackfillStatusEnum" }],
    },
    created_at: { type: "string", format: "date-time", readOnly: true },
    finished_at: { type: ["string", "null"], format: "date-time" },
    last_updated_at: { type: "string", format: "date-time", readOnly: true },
    total_records_count: {
      type: ["integer", "null"],
      format: "int64",
      maximum: "9223372036854775807",
      minimum: "-9223372036854775808",
    },
    adjusted_start_at: { type: ["string", "null"], format: "date-time" },
    team: { type: "integer" },
    batch_export: { type: "string", format: "uuid" },
  },
  required: [
    "batch_export",
    "created_at",
    "id",
    "last_updated_at",
    "progress",
    "status",
    "team",
  ],
};

test("the OpenAPI document has the contract's object under its names, with every digit of the bounds", async () => {
  const key = await api.key(1, "batch_export:read");
  const { text, status } = await api.ask(key, "GET", "/openapi.json");
  expect([status, api.faults]).toEqual([200, []]);
  const document = exactly(text) as {
    openapi: string;
    components: { schemas: Record<string, unknown> };
  };
  expect(document.openapi).toBe("3.1.0");
  expect(document.components.schemas["BatchExportBackfill"]).toEqual(backfill);
  expect(document.components.schemas["BatchExportBackfillStatusEnum"]).toEqual({
    type: "string",
    enum: [
      "Cancelled",
      "Completed",
      "ContinuedAsNew",
      "Failed",
      "FailedRetryable",
      "Terminated",
      "TimedOut",
      "Running",
      "Starting",
    ],
  });
});

test("docs/openapi.json is what is served: if this fails, run `npm run openapi:write` and look at the change", async () => {
  const key = await api.key(1, "batch_export:read");
  const { text } = await api.ask(key, "GET", "/openapi.json");
  const file = join(__dirname, "../../../docs/openapi.json");
  expect(exactly(await readFile(file, "utf8"))).toEqual(exactly(text));
});

/** The bounds of int64 as text, because a number would lose their last digits. */
function exactly(text: string): unknown {
  return JSON.parse(text.replaceAll(/: ?(-?922337203685477580\d)/g, ':"$1"'));
}
