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
  "42501": "DESTINATION_UNWRITABLE",
  "53100": "DESTINATION_FULL",
  "55006": "DESTINATION_CONFLICT", // in use
  "55P03": "DESTINATION_CONFLICT", // a lock that was not to be had in time
  "57014": "DESTINATION_CONFLICT", // a statement_timeout of the role's own
  "57P04": "DESTINATION_UNWRITABLE", // the database was dropped
  "58P01": "DESTINATION_TABLE_MISMATCH", // a library or a file that is missing
  HV00N: "DESTINATION_UNAVAILABLE", // the server behind a foreign partition is away
  XX001: "DESTINATION_DATA_REFUSED", // a damaged page
  XX002: "DESTINATION_DATA_REFUSED", // a damaged index
};

/** All classes of the documentation's appendix A that report an error. */
const byStateClass: Readonly<Record<string, ErrorCode>> = {
  "03": "DESTINATION_DATA_REFUSED",
  "08": "DESTINATION_UNAVAILABLE",
  "09": "DESTINATION_DATA_REFUSED",
  "0A": "DESTINATION_TABLE_MISMATCH",
  "0B": "DESTINATION_CONFLICT",
  "0F": "DESTINATION_DATA_REFUSED",
  "0L": "DESTINATION_UNWRITABLE",
  "0P": "DESTINATION_UNWRITABLE",
  "0Z": "DESTINATION_DATA_REFUSED",
  "10": "DESTINATION_DATA_REFUSED",
  "20": "DESTINATION_DATA_REFUSED",
  "21": "DESTINATION_DATA_REFUSED",
  "22": "DESTINATION_DATA_REFUSED",
  "23": "DESTINATION_DATA_REFUSED",
  "24": "DESTINATION_UNAVAILABLE",
  "25": "DESTINATION_CONFLICT",
  "26": "DESTINATION_UNAVAILABLE", // a pooler gave the statement to another session
  "27": "DESTINATION_DATA_REFUSED",
  "28": "DESTINATION_AUTH_FAILED",
  "2B": "DESTINATION_UNWRITABLE",
  "2D": "DESTINATION_DATA_REFUSED",
  "2F": "DESTINATION_DATA_REFUSED",
  "34": "DESTINATION_UNAVAILABLE", // as 26
  "38": "DESTINATION_DATA_REFUSED",
  "39": "DESTINATION_DATA_REFUSED",
  "3B": "DESTINATION_DATA_REFUSED",
  "3D": "DESTINATION_UNWRITABLE",
  "3F": "DESTINATION_TABLE_MISMATCH",
  "40": "DESTINATION_CONFLICT",
  "42": "DESTINATION_TABLE_MISMATCH",
  "44": "DESTINATION_DATA_REFUSED",
  "53": "DESTINATION_UNAVAILABLE",
  "54": "DESTINATION_DATA_REFUSED",
  "55": "DESTINATION_TABLE_MISMATCH", // a published table without a replica identity
  "57": "DESTINATION_UNAVAILABLE",
  "58": "DESTINATION_UNAVAILABLE",
  "72": "DESTINATION_CONFLICT",
  F0: "DESTINATION_UNAVAILABLE",
  HV: "DESTINATION_TABLE_MISMATCH",
  P0: "DESTINATION_DATA_REFUSED", // raised by a trigger of the table
  XX: "DESTINATION_UNAVAILABLE",
};
