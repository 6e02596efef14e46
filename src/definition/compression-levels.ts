/** The levels that a codec takes, both ends included. A codec without a line has none. */
export const compressionLevels = {
  gzip: { from: 1, to: 9 },
  zstd: { from: 1, to: 22 },
  brotli: { from: 0, to: 11 },
} as const;

/** What is wrong with a level for a codec, as an expectation; null where nothing is, or where the codec is not known. */
export function levelProblem(codec: unknown, level: number): string | null {
  if (codec === "none" || codec === "snappy") {
    return `expected no level where compression is ${codec}; remove it`;
  }
  if (codec !== "gzip" && codec !== "zstd" && codec !== "brotli") return null;
  const { from, to } = compressionLevels[codec];
  if (level >= from && level <= to) return null;
  return `expected a whole number from ${from} to ${to} for ${codec}; got the number ${level}`;
}
