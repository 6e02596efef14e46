import { digits, type KeyPattern, textPattern } from "./key-pattern.js";

/** How the output of one run is cut into files. */
export interface FileNaming {
  /** As the key template rendered it, without the format's suffix. */
  readonly key: string;
  readonly suffix: string;
  /** Null: all rows in one file. */
  readonly maxFileBytes: number | null;
}

/** Digits of a file's number: sorted as text, up to 99,999 files stand in their order. */
const partDigits = 5;

/** Added to a run's key for the manifest that lists its files. */
const manifestSuffix = ".manifest.json";

/** The key of a run's nth file, from 1: `KEY.jsonl`, or `KEY.00001.jsonl` where it may be one of several. */
export function fileKey(naming: FileNaming, part: number): string {
  const number =
    naming.maxFileBytes === null
      ? ""
      : `.${String(part).padStart(partDigits, "0")}`;
  return `${naming.key}${number}${naming.suffix}`;
}

/** The key of the manifest that lists a run's files. */
export function manifestKey(naming: FileNaming): string {
  return `${naming.key}${manifestSuffix}`;
}

/** The patterns of all keys that runs write: of one file, or of numbered ones and a manifest. */
export function fileKeyPatterns(naming: {
  readonly key: KeyPattern;
  readonly suffix: string;
  readonly isCut: boolean;
}): readonly KeyPattern[] {
  const { key, isCut } = naming;
  const suffix = textPattern(naming.suffix);
  if (!isCut) return [[...key, ...suffix]];
  return [
    [...key, ".", ...digits(partDigits), ...suffix],
    // From the 100,000th file of a run on the numbers have a digit more.
    [...key, ".", ...digits(partDigits + 1), ...suffix],
    [...key, ...textPattern(manifestSuffix)],
  ];
}
