/** How the output of one run is cut into files. */
export interface FileNaming {
  /** As the key template rendered it, without the format's suffix. */
  readonly key: string;
  readonly suffix: string;
  /** Null: all rows in one file. */
  readonly maxFileBytes: number | null;
}

/** Digits of a file's number: sorted as text, up to 99,999 files stand in their order. */
export const partDigits = 5;

/** Added to a run's key for the manifest that lists its files. */
export const manifestSuffix = ".manifest.json";

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
