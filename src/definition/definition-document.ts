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
    source: inFileOrder(definition.source),
    destination: inFileOrder(definition.destination),
    format: definition.format && inFileOrder(definition.format),
  });
}

/** As the documentation lists them: a definition that comes from the database has its keys in another order. */
const fileOrder = [
  "type",
  ...["connection", "table", "query", "timestamp_column"],
  ...["timestamp_timezone", "columns", "where", "create"],
  ...["path", "bucket", "prefix", "region", "endpoint", "path_style", "sse"],
  ...["access_key_id", "secret_access_key", "key", "max_file_size_mb"],
  "max_concurrent_runs",
  ...["compression", "level", "header", "null_text", "numbers"],
];

function inFileOrder(mapping: object): Record<string, unknown> {
  const rank = (key: string) => fileOrder.indexOf(key) + 1 || Infinity;
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
