import type { DefinitionProblem } from "./definition-problem.js";
import { kindsAt } from "./families.js";
import { looksSecret, sqlLooksSecret, urlLooksSecret } from "./secret-like.js";

/**
 * Secrets in clear text, at every place where text is allowed. They come before all other problems: nothing is said
 * about a value that may be a secret but where it stands.
 */
export function secretProblems(value: unknown): readonly DefinitionProblem[] {
  return textsOf(value, []).flatMap(({ path, text }) =>
    holdsSecret(path, text)
      ? [
          {
            path: path.join("."),
            message:
              "this looks like a connection string or a password; refer to it by env:NAME or file:PATH where the definition takes a reference, and change it if others could read the file",
          },
        ]
      : [],
  );
}

type Path = readonly string[];

function holdsSecret(path: Path, text: string): boolean {
  switch (textKindAt(path)) {
    case "sql":
      return sqlLooksSecret(text);
    case "url":
      return urlLooksSecret(text);
    case undefined:
      return looksSecret(text);
  }
}

/** Whatever the mapping's type: a wrong one makes no name of what another takes for SQL. */
function textKindAt([parent = "", key = "", ...deeper]: Path) {
  if (deeper.length > 0) return undefined;
  return Object.values(kindsAt(parent)).find(
    ({ texts }) => texts !== undefined && Object.hasOwn(texts, key),
  )?.texts?.[key];
}

/** Texts at the known depths. Deeper ones are unknown keys, whose values are never shown. */
function textsOf(
  value: unknown,
  path: Path,
): readonly { readonly path: Path; readonly text: string }[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (typeof value !== "object" || value === null) return [];
  if (path.length > 3) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    /^\w{1,60}$/.test(key) ? textsOf(child, [...path, key]) : [],
  );
}
