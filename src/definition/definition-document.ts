import type { BatchExportDefinition } from "./definition.js";
import { knownKeys } from "./definition-schema.js";

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
    source: inFileOrder("source", definition.source),
    destination: inFileOrder("destination", definition.destination),
    format: definition.format && inFileOrder("format", definition.format),
  });
}

/** As the schema lists them: a definition that comes from the database has its keys in another order. */
function inFileOrder(
  path: string,
  mapping: { readonly type: string },
): Record<string, unknown> {
  const keys = knownKeys(path, mapping.type);
  const rank = (key: string) => keys.indexOf(key) + 1 || Infinity;
  return withoutNulls(
    Object.fromEntries(
      Object.entries(mapping).sort(([a], [b]) => rank(a) - rank(b)),
    ),
  );
}

function withoutNulls(mapping: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(mapping).filter(([, value]) => value !== null),
  );
}
