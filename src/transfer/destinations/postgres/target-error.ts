import type { ErrorCode, RefillError } from "../../../domain/errors.js";
import { readServerError } from "../../sources/postgres/server-error.js";

/** What went wrong with a destination's database. Never throws. */
export function targetError(error: unknown): RefillError {
  return readServerError(error, {
    place: "the destination's database",
    byState,
    byStateClass,
    advice,
    refusedIdentity: "DESTINATION_AUTH_FAILED",
    unavailable: "DESTINATION_UNAVAILABLE",
  });
}

const advice: Partial<Record<ErrorCode, string>> = {
  DESTINATION_AUTH_FAILED:
    "Check the user, the password and the certificate that the destination's connection refers to.",
  DESTINATION_UNWRITABLE:
    "Grant the destination's user what docs/destinations.md lists, or name another table.",
  DESTINATION_TABLE_MISMATCH:
    "Correct the table, or leave the column out of the export.",
  DESTINATION_DATA_REFUSED:
    "Correct the row at the source, or the table's column or constraint.",
  DESTINATION_CONFLICT: "Try again.",
  DESTINATION_FULL: "Free some space there, then retry.",
  DESTINATION_UNAVAILABLE: "Try again when the database can be reached.",
};

const byState: Readonly<Record<string, ErrorCode>> = {
  "25006": "DESTINATION_UNWRITABLE", // a standby, or a role that may only read
  "3D000": "DESTINATION_UNWRITABLE",
  "3F000": "DESTINATION_TABLE_MISMATCH",
  "42501": "DESTINATION_UNWRITABLE",
  "53100": "DESTINATION_FULL",
  "57014": "DESTINATION_CONFLICT", // a statement_timeout of the role's own
  XX001: "DESTINATION_DATA_REFUSED", // a damaged page
};

const byStateClass: Readonly<Record<string, ErrorCode>> = {
  "22": "DESTINATION_DATA_REFUSED",
  "23": "DESTINATION_DATA_REFUSED",
  "25": "DESTINATION_CONFLICT",
  "28": "DESTINATION_AUTH_FAILED",
  "40": "DESTINATION_CONFLICT",
  "42": "DESTINATION_TABLE_MISMATCH",
  "44": "DESTINATION_DATA_REFUSED",
  "54": "DESTINATION_DATA_REFUSED",
  "55": "DESTINATION_CONFLICT",
  P0: "DESTINATION_DATA_REFUSED", // raised by a trigger of the table
};
