import { canonicalJson } from "../domain/canonical-json.js";
import type { BatchExportDefinition } from "./definition.js";

/**
 * What of a definition decides which intervals there are, what is written for each, and where. Two definitions with the
 * same text write the same; one that differs leaves what the other wrote stale. The team, the compression level, the cap of
 * concurrent runs, and the name where no key holds it, change none of it.
 */
export function outputIdentity(definition: BatchExportDefinition): string {
  const { name, source, format } = definition;
  const { max_concurrent_runs: _, ...destination } = definition.destination;
  const { interval, timezone, offset } = definition;
  const place = JSON.stringify(destination);
  return canonicalJson({
    interval,
    timezone,
    offset,
    source,
    destination,
    format: { ...format, level: null },
    name: place.includes("{name}") ? name : null,
  });
}
