import { destinationKinds } from "./destinations/destination-kinds.js";
import { formatKinds } from "./formats/format-kinds.js";
import { keysOf, type Kind, type KindSchema } from "./kind.js";
import { sourceKinds } from "./sources/source-kinds.js";

/** The mappings of a definition that come in several types, by their paths. */
export const families = {
  source: sourceKinds,
  destination: destinationKinds,
  format: formatKinds,
} as const;

/** The kinds that a mapping of the definition may be of, by its path; none where it has no `type`. */
export function kindsAt(
  path: string,
): Readonly<Record<string, Kind<KindSchema>>> {
  return Object.hasOwn(families, path)
    ? families[path as keyof typeof families]
    : {};
}

/** The kind of one type; null where there is none of that name. */
export function kindOf(path: string, type: unknown): Kind<KindSchema> | null {
  const kinds = kindsAt(path);
  return typeof type === "string" && Object.hasOwn(kinds, type)
    ? (kinds[type] ?? null)
    : null;
}

/** The types that a mapping of the definition may be of. */
export function knownTypes(path: string): readonly string[] {
  return Object.keys(kindsAt(path));
}

/** The keys that a mapping of the definition may have, in the file's order. Those of the first type where its own is not known. */
export function keysAt(path: string, type: unknown): readonly string[] {
  const kind = kindOf(path, type) ?? Object.values(kindsAt(path))[0];
  return kind === undefined ? [] : keysOf(kind);
}
