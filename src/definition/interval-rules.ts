import { type ParsedInterval, parseInterval } from "../domain/time/interval.js";
import type { DefinitionProblem } from "./definition-problem.js";
import type { LooseMapping } from "./loose-mapping.js";
import { shownValue } from "./secret-like.js";

/** What is wrong with the interval, the zone and the offset. */
export function intervalProblems(
  definition: LooseMapping,
): readonly DefinitionProblem[] {
  const parsed = readInterval(definition);
  if (parsed === null || parsed.ok) return [];
  return parsed.problems.map(({ key, message }) => ({
    path: key,
    message: `${message}; got ${shownValue(definition[key])}`,
  }));
}

/** Null where a part is of the wrong kind. A wrong interval still lets the time zone be checked. */
export function readInterval(definition: LooseMapping): ParsedInterval | null {
  const { interval, timezone, offset } = {
    interval: definition["interval"],
    timezone: definition["timezone"] ?? null,
    offset: definition["offset"] ?? null,
  };
  if (typeof interval !== "string") return null;
  if (timezone !== null && typeof timezone !== "string") return null;
  if (offset !== null && typeof offset !== "string") return null;
  return parseInterval({ interval, timezone, offset });
}
