import { RefillError } from "../../../domain/errors.js";

/** A value that Parquet has no form for. Nothing is changed or left out silently: the run fails. */
export function notInParquet(
  column: string,
  problem: { readonly expected: string; readonly got: string },
): RefillError {
  return new RefillError(
    "SOURCE_DATA_INVALID",
    `Expected in the column ${column}, as Parquet has room for, ${problem.expected}; got ${problem.got}. ` +
      "Cast the column to text in a query, or leave the row out with where.",
    { details: { column } },
  );
}
