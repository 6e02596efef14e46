import { fileKeyPatterns } from "../../domain/keys/file-keys.js";
import {
  canBeSame,
  canContain,
  type KeyPattern,
  keyPattern,
  textPattern,
} from "../../domain/keys/key-pattern.js";
import type { BatchExportDefinition } from "../definition.js";
import { suffixOf } from "../formats/format-kinds.js";
import type { ObjectOutput } from "./destination-kind.js";
import { outputOf } from "./destination-kinds.js";

/**
 * Whether two exports could ever write the same thing, or one a file where the other needs a folder. In S3 too: Amazon
 * keeps an object `a` and an object `a/b`, but MinIO, which takes both, lists only the first.
 */
export function canCollide(
  one: BatchExportDefinition,
  other: BatchExportDefinition,
): boolean {
  const [a, b] = [outputOf(one.destination), outputOf(other.destination)];
  if (a.keeps === "rows" || b.keeps === "rows") {
    return a.keeps === "rows" && b.keeps === "rows" && a.tableId === b.tableId;
  }
  if (a.store !== b.store) return false;
  return keysOf(one, a).some((key) =>
    keysOf(other, b).some(
      (otherKey) =>
        canBeSame(key, otherKey) ||
        canContain(key, otherKey) ||
        canContain(otherKey, key),
    ),
  );
}

/** What an export writes, in words: `the table public.flights`, `the key {year}/{month}`. */
export function outputText({ destination }: BatchExportDefinition): string {
  const output = outputOf(destination);
  return output.keeps === "rows"
    ? `the table ${output.table}`
    : `the key ${output.key}`;
}

/** The patterns of all that an export writes. */
function keysOf(
  { name, format }: BatchExportDefinition,
  { folder, key, maxFileSizeMb }: ObjectOutput,
): readonly KeyPattern[] {
  return fileKeyPatterns({
    key: [
      ...textPattern(folder === "" ? "" : `${folder}/`),
      ...keyPattern(key, name),
    ],
    suffix: suffixOf(format),
    isCut: maxFileSizeMb !== null,
  });
}
