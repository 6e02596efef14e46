import { parseKeyTemplate, renderKey } from "../../domain/keys/key-template.js";
import { keyUniquenessProblem } from "../../domain/keys/key-uniqueness.js";
import { relativePathProblems } from "../../domain/keys/relative-path.js";
import type { IntervalSpec } from "../../domain/time/interval.js";
import type { DefinitionProblem } from "../definition-problem.js";
import { isExportName } from "../export-name.js";
import { readInterval } from "../interval-rules.js";
import type { LooseMapping } from "../loose-mapping.js";

/**
 * What is wrong with `destination.key`: every destination of objects checks it here, because nothing else keeps two runs
 * from having one name. With a prefix, which is empty or ends in a slash, keys are also held to the size that stores of
 * objects allow.
 */
export function keyProblems(
  key: unknown,
  definition: LooseMapping,
  prefix: string | null = null,
): readonly DefinitionProblem[] {
  if (typeof key !== "string") return [];
  return problemsOfKey(key, definition, prefix).map((message) => ({
    path: "destination.key",
    message,
  }));
}

function problemsOfKey(
  key: string,
  definition: LooseMapping,
  prefix: string | null,
): readonly string[] {
  const parsed = parseKeyTemplate(key);
  if (!parsed.ok) return parsed.problems;
  const name = definition["name"];
  const rendered = renderKey(key, {
    name: typeof name === "string" && isExportName(name) ? name : "name",
    intervalStartMs: 0,
    intervalEndMs: 0,
    timeZone: "UTC",
  });
  const interval = readInterval(definition);
  const shared =
    interval?.ok === true ? sharedFileProblem(interval.spec, parsed.parts) : [];
  const tooLong =
    prefix === null ? [] : keySizeProblems(`${prefix}${rendered}`);
  return [...relativePathProblems(rendered), ...tooLong, ...shared];
}

/** What a store of objects allows, less the number, the suffix or `.manifest.json` that is added. */
const maxObjectKeyBytes = 1_024 - 40;

function keySizeProblems(key: string): readonly string[] {
  const size = Buffer.byteLength(key);
  if (size <= maxObjectKeyBytes) return [];
  return [
    `expected at most ${maxObjectKeyBytes} bytes with the prefix, which leaves room for a suffix; it has ${size}`,
  ];
}

function sharedFileProblem(
  spec: IntervalSpec,
  parts: Extract<ReturnType<typeof parseKeyTemplate>, { ok: true }>["parts"],
): readonly string[] {
  const variables = parts.flatMap((part) =>
    part.kind === "variable" ? [part.variable] : [],
  );
  const problem = keyUniquenessProblem(spec, new Set(variables));
  return problem === null ? [] : [problem];
}
