import { z } from "zod";

/** The body that creates or updates an export: a definition, which has rules of its own. */
export const definitionBody = z
  .record(z.string(), z.unknown())
  .describe("A batch export definition, as a definition file holds it");

/** The body that begins a session of the page. */
export const sessionBody = z.strictObject({
  key: z.string().min(1).max(200),
});
