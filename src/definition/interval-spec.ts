import { RefillError } from "../domain/errors.js";
import { type IntervalSpec, parseInterval } from "../domain/time/interval.js";
import type { BatchExportDefinition } from "./definition.js";

/** The interval of a definition that has already been validated. */
export function specOf(definition: BatchExportDefinition): IntervalSpec {
  const parsed = parseInterval(definition);
  if (parsed.ok) return parsed.spec;
  const problems = parsed.problems.map(
    ({ key, message }) => `${key}: ${message}`,
  );
  throw new RefillError("DEFINITION_INVALID", problems.join("; "));
}
