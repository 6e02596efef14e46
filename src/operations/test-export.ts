import type { OperationContext } from "./context.js";
import { openDestination } from "./open-destination.js";
import { openSource } from "./open-source.js";
import { type ExportReference, resolveExport } from "./resolve-export.js";

/** What a test of an export found. That it came back at all says that both ends work. */
export interface ExportTestObject {
  readonly batch_export: string;
  readonly source: {
    readonly ok: true;
    readonly columns: readonly string[];
    readonly warnings: readonly string[];
  };
  readonly destination: { readonly ok: true; readonly identity: string };
}

/**
 * Reads what the source offers, then writes, publishes and removes a probe at the destination.
 * @throws RefillError EXPORT_*, SECRET_*, SOURCE_*, DESTINATION_*
 */
export async function testExport(
  context: OperationContext,
  reference: ExportReference,
  signal: AbortSignal,
): Promise<ExportTestObject> {
  const row = await resolveExport(context, reference);
  const source = await openSource(row.definition, context.connections);
  try {
    const facts = await source.inspect(signal);
    const destination = openDestination(
      { batchExportId: row.id, definition: row.definition },
      { ...context.connections, filesRoot: context.config.filesRoot },
    );
    await destination.probe().finally(() => destination.close());
    return {
      batch_export: row.id,
      source: { ok: true, ...facts },
      destination: { ok: true, identity: destination.identity },
    };
  } finally {
    await source.close();
  }
}
