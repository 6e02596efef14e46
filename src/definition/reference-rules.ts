import { parseConnectionReference } from "../domain/connection-reference.js";
import { parseSecretReference } from "../domain/secret-reference.js";
import type { DefinitionProblem } from "./definition-problem.js";

/** What is wrong with the reference to a connection string that stands at a path. */
export function connectionProblems(
  path: string,
  reference: unknown,
): readonly DefinitionProblem[] {
  return typeof reference !== "string" || parseConnectionReference(reference)
    ? []
    : [notA("default, env:NAME or file:PATH", path)];
}

/** What is wrong with the reference to a secret that stands at a path. */
export function secretReferenceProblems(
  path: string,
  reference: unknown,
): readonly DefinitionProblem[] {
  return typeof reference !== "string" || parseSecretReference(reference)
    ? []
    : [notA("env:NAME or file:PATH", path)];
}

function notA(form: string, path: string): DefinitionProblem {
  const message = `expected ${form}; got other text, which is not shown here because it may be a secret`;
  return { path, message };
}
