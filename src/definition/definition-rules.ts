import type { DefinitionProblem } from "./definition-problem.js";
import { nameProblems } from "./export-name.js";
import { families, kindOf } from "./families.js";
import { intervalProblems } from "./interval-rules.js";
import type { Kind, KindSchema } from "./kind.js";
import { asMapping, type LooseMapping } from "./loose-mapping.js";

/** What the values of a definition must mean. Looks only at values of the right kind: the schema tells of the others. */
export function ruleProblems(value: unknown): readonly DefinitionProblem[] {
  const definition = asMapping(value);
  return [
    ...nameProblems(definition["name"]),
    ...intervalProblems(definition),
    ...kindProblems("source", definition, families.source.postgres),
    ...kindProblems("destination", definition, null),
    ...kindProblems("format", definition, families.format.jsonl),
  ];
}

/** Where there is no such type, by the rules of the one that is likely meant: all problems are reported at once. */
function kindProblems(
  path: string,
  definition: LooseMapping,
  likely: Kind<KindSchema> | null,
): readonly DefinitionProblem[] {
  const mapping = asMapping(definition[path]);
  const kind = kindOf(path, mapping["type"]) ?? likely;
  return kind?.problems(mapping, definition) ?? [];
}
