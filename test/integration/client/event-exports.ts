import type { BatchExportObject } from "../../../src/contract/objects/batch-export.js";
import { validateDefinition } from "../../../src/definition/read-definition.js";
import type { OperationContext } from "../../../src/operations/context.js";
import { createExport } from "../../../src/operations/exports/create-export.js";

type Changes = Readonly<Record<string, unknown>>;

/** Exports `public.events` by day in UTC to a folder of the export's own, changed as a test needs it. */
export function eventDefinition(name: string, changes: Changes = {}): Changes {
  const { team = 1 } = changes;
  return {
    name,
    team,
    interval: "day",
    source: eventSource,
    destination: {
      type: "files",
      path: `${name}-${String(team)}`,
      key: "{data_interval_start}-{data_interval_end}",
    },
    format: { type: "jsonl", compression: "none" },
    ...changes,
  };
}

export const eventSource = {
  type: "postgres",
  connection: "default",
  table: "public.events",
  timestamp_column: "at",
} as const;

/** Creates such an export without a program of its own, where creating it is not what is tested. */
export function addEventExport(
  context: OperationContext,
  name: string,
  changes: Changes = {},
): Promise<BatchExportObject> {
  const definition = validateDefinition(eventDefinition(name, changes));
  return createExport(context, { definition });
}
