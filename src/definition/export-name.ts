import type { DefinitionProblem } from "./definition-problem.js";
import { shownValue } from "./secret-like.js";

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What is wrong with the name of an export. */
export function nameProblems(name: unknown): readonly DefinitionProblem[] {
  if (typeof name !== "string" || isExportName(name)) return [];
  const expected =
    "1 to 100 letters, digits, dots, underscores, hyphens or spaces, not . or .. and not in the form of a UUID";
  return [
    { path: "name", message: `expected ${expected}; got ${shownValue(name)}` },
  ];
}

/** Whether an export may have this name. It may become part of a path. */
export function isExportName(name: string): boolean {
  return (
    /^[A-Za-z0-9._ -]{1,100}$/.test(name) &&
    !uuidPattern.test(name) &&
    name !== "." &&
    name !== ".."
  );
}
