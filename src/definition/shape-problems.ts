import type { z } from "zod";
import { nearestName } from "../domain/nearest-name.js";
import type { DefinitionProblem } from "./definition-problem.js";
import {
  definitionSchema,
  knownKeys,
  knownTypes,
} from "./definition-schema.js";
import { shownValue } from "./secret-like.js";

/** What the schema has against a value, in the words of this project and without quoting what may be a secret. */
export function shapeProblems(value: unknown): readonly DefinitionProblem[] {
  const result = definitionSchema.safeParse(value, { reportInput: true });
  return result.success ? [] : result.error.issues.flatMap(problemsOf);
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
      return [wrongType(path, issue.input)];
    case "invalid_value":
      return [wrongChoice(path, issue.values, issue.input)];
    case "invalid_type":
    case "invalid_format":
    case "invalid_element":
    case "invalid_key":
    case "not_multiple_of":
    case "too_big":
    case "too_small":
    case "custom":
      return [{ path, message: expectedGot(expectedOf(issue), issue.input) }];
  }
}

/** The schema's own messages say what was expected; zod's say it in another form. */
function expectedOf(issue: Issue): string {
  return issue.message.startsWith("Invalid ") ? "a mapping" : issue.message;
}

function expectedGot(expected: string, got: unknown): string {
  return got === undefined
    ? `expected ${expected}; it is missing`
    : `expected ${expected}; got ${shownValue(got)}`;
}

/** The path is that of the `type`, the input is the mapping around it. */
function wrongType(path: string, input: unknown): DefinitionProblem {
  const parent = path.replace(/\.?type$/, "");
  const choices = knownTypes(parent);
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    return { path: parent, message: expectedGot("a mapping", input) };
  }
  return wrongChoice(path, choices, typeOf(input));
}

function typeOf(mapping: unknown): unknown {
  return (mapping as { readonly type?: unknown } | undefined)?.type;
}

/** Choices that another type of format has. */
const choicesOfOthers: Readonly<
  Record<string, Readonly<Record<string, string>>>
> = {
  "format.compression": {
    snappy: "Snappy is for pages of Parquet",
    brotli: "Brotli is for JSONL and CSV",
  },
};

function wrongChoice(
  path: string,
  choices: readonly unknown[],
  got: unknown,
): DefinitionProblem {
  const message = expectedGot(choices.join(" or "), got);
  const why = choicesOfOthers[path]?.[String(got)];
  return { path, message: why === undefined ? message : `${message}. ${why}` };
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
