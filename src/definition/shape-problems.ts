import type { z } from "zod";
import { nearestName } from "../domain/nearest-name.js";
import type { DefinitionProblem } from "./definition-problem.js";
import { knownKeys } from "./definition-schema.js";
import { kindsAt, knownTypes } from "./families.js";
import { shownValue } from "./secret-like.js";

/** What the schema has against a value, in the words of this project and without quoting what may be a secret. */
export function shapeProblems(
  issues: readonly Issue[],
): readonly DefinitionProblem[] {
  return issues.flatMap(problemsOf);
}

type Issue = z.core.$ZodIssue;

function problemsOf(issue: Issue): readonly DefinitionProblem[] {
  const path = issue.path.join(".");
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) =>
        unknownKey({ parent: path, type: typeOf(issue.input) }, key),
      );
    case "invalid_union":
      return [wrongType(issue.path, issue.input)];
    case "invalid_value":
      return [wrongChoice(issue.path, issue.values, issue.input)];
    case "invalid_type":
    case "invalid_format":
    case "invalid_element":
    case "invalid_key":
    case "not_multiple_of":
    case "too_big":
    case "too_small":
    case "custom":
      return [{ path, message: expectedGot(issue.message, issue.input) }];
  }
}

function expectedGot(expected: string, got: unknown): string {
  return got === undefined
    ? `expected ${expected}; it is missing`
    : `expected ${expected}; got ${shownValue(got)}`;
}

type Path = readonly PropertyKey[];

/** The path is that of the `type`, the input is the mapping around it. */
function wrongType(path: Path, input: unknown): DefinitionProblem {
  const parent = path.slice(0, -1).join(".");
  return wrongChoice(path, knownTypes(parent), typeOf(input));
}

function typeOf(mapping: unknown): unknown {
  return (mapping as { readonly type?: unknown } | undefined)?.type;
}

function wrongChoice(
  path: Path,
  choices: readonly unknown[],
  got: unknown,
): DefinitionProblem {
  const message = expectedGot(choices.join(" or "), got);
  const why = choiceOfAnother(path, String(got));
  return {
    path: path.join("."),
    message: why === undefined ? message : `${message}. ${why}`,
  };
}

/** What another type of the same mapping says of a choice that it has. */
function choiceOfAnother(path: Path, choice: string): string | undefined {
  const [parent, key, ...deeper] = path.map(String);
  if (parent === undefined || key === undefined || deeper.length > 0) return;
  return Object.values(kindsAt(parent))
    .map(({ ownChoices }) => ownChoices?.[key]?.[choice])
    .find((said) => said !== undefined);
}

/** The type of the same mapping that has such a key, where one does. */
function keyOwner(parent: string, key: string): string | null {
  const types = knownTypes(parent);
  const owners = types.filter((type) => knownKeys(parent, type).includes(key));
  return owners.length === 0 ? null : owners.join(" or ");
}

function unknownKey(
  { parent, type }: { readonly parent: string; readonly type: unknown },
  key: string,
): DefinitionProblem {
  const shown = /^[\w -]{1,60}$/.test(key) ? key : "(a key not shown here)";
  const path = parent === "" ? shown : `${parent}.${shown}`;
  const known = knownKeys(parent, type);
  const owner = keyOwner(parent, key);
  if (owner !== null) {
    const message = `unknown key for ${String(type)}, only ${owner} has it; known are ${known.join(", ")}`;
    return { path, message };
  }
  const near = nearestName(key, known);
  const advice =
    near === null ? `known are ${known.join(", ")}` : `did you mean ${near}?`;
  return { path, message: `unknown key; ${advice}` };
}
