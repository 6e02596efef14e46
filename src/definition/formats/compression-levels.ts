import { z } from "zod";
import type { DefinitionProblem } from "../definition-problem.js";
import { orElse } from "../key-schemas.js";
import type { LooseMapping } from "../loose-mapping.js";

/** Null: the codec's default. */
export const compressionLevel = orElse(
  z.int({ error: "a whole number" }),
  null,
);

/** The levels that a codec takes, both ends included. A codec without a line has none. */
const compressionLevels = {
  gzip: { from: 1, to: 9 },
  zstd: { from: 1, to: 22 },
  brotli: { from: 0, to: 11 },
} as const;

/** What is wrong with a format's level, for its codec or the one that it has by default. */
export function levelProblems(
  { compression, level }: LooseMapping,
  defaultCompression: string,
): readonly DefinitionProblem[] {
  if (typeof level !== "number") return [];
  const message = levelProblem(compression ?? defaultCompression, level);
  return message === null ? [] : [{ path: "format.level", message }];
}

/** As an expectation; null where nothing is wrong, or where the codec is not known. */
function levelProblem(codec: unknown, level: number): string | null {
  if (codec === "none" || codec === "snappy") {
    return `expected no level where compression is ${codec}; remove it`;
  }
  if (codec !== "gzip" && codec !== "zstd" && codec !== "brotli") return null;
  const { from, to } = compressionLevels[codec];
  if (level >= from && level <= to) return null;
  return `expected a whole number from ${from} to ${to} for ${codec}; got the number ${level}`;
}
