import type { BatchExportDefinition } from "./definition.js";

/**
 * A definition as a file would say it: keys in the file's order, those that are absent left out. Reading it again
 * gives the same definition.
 */
export function definitionToDocument(
  definition: BatchExportDefinition,
): Record<string, unknown> {
  const { name, team, interval, timezone, offset } = definition;
  return withoutNulls({
    name,
    team,
    interval,
    timezone,
    offset,
    source: withoutNulls(definition.source),
    destination: withoutNulls(definition.destination),
    format: withoutNulls(definition.format),
  });
}

function withoutNulls(mapping: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(mapping).filter(([, value]) => value !== null),
  );
}
