/**
 * count: the source has another number of records than was exported. missing: an object is gone. changed: its size or
 * its SHA-256 is another. extra: an object that no run recorded. rows: the rows differ, though their number does not.
 */
export const findingKinds = [
  "count",
  "missing",
  "changed",
  "extra",
  "rows",
] as const;
