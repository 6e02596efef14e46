import { randomUUID } from "node:crypto";
import type { ExportTestObject } from "../../contract/objects/batch-export.js";
import type { OperationContext } from "../context.js";
import { pinOf } from "../plans/ask-for-plan.js";
import { type ExportReference, resolveExport } from "./resolve-export.js";

/**
 * Has a worker read what the source offers, then write, publish and remove a probe at the destination.
 * @throws RefillError EXPORT_*, NO_WORKER, SECRET_*, SOURCE_*, DESTINATION_*
 */
export async function testExport(
  context: OperationContext,
  reference: ExportReference,
  signal: AbortSignal,
): Promise<ExportTestObject> {
  const row = await resolveExport(context, reference);
  const gateway = await context.temporal();
  const { columns, warnings, destination } = await gateway.ask(
    {
      type: "testExport",
      workflowId: `test-${randomUUID()}`,
      input: pinOf(row),
      summary: `${row.name}: test of both ends`,
    },
    signal,
  );
  return {
    batch_export: row.id,
    source: { ok: true, columns, warnings },
    destination: { ok: true, identity: destination },
  };
}
