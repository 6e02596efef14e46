import { RefillError } from "../../../../domain/errors.js";

/** A file that Refill's own encoder did not write so: no other is ever read. */
export function notOurParquet(got: string): RefillError {
  return new RefillError(
    "DESTINATION_DATA_INVALID",
    `Expected a Parquet file as Refill writes it, got ${got}. Look at the file; \`backfill verify --repair\` writes it again.`,
  );
}
