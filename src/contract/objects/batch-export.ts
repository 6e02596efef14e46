import { z } from "zod";
import { instant, type Published, uuid } from "./published.js";

/** A batch export. The definition holds references to secrets, never a secret. */
export const batchExportObject = z
  .object({
    id: uuid,
    team: z.int(),
    name: z.string(),
    definition_version: z.int(),
    definition: z.record(z.string(), z.unknown()),
    created_at: instant,
    last_updated_at: instant,
  })
  .meta({ id: "BatchExport" });

/** What a test of an export found. That there is an answer at all says that both ends work. */
export const exportTestObject = z.object({
  batch_export: uuid,
  source: z.object({
    ok: z.literal(true),
    columns: z.array(z.string()),
    warnings: z.array(z.string()),
  }),
  destination: z.object({ ok: z.literal(true), identity: z.string() }),
});

export type BatchExportObject = Published<typeof batchExportObject>;
export type ExportTestObject = Published<typeof exportTestObject>;
