import {
  isRefillError,
  RefillError,
  type ErrorCode,
} from "../../../domain/errors.js";
import {
  isRefusedIdentity,
  readReport,
  reportText,
  type ServerReport,
} from "../../sources/postgres/server-report.js";

/** Turns what pg, the socket or the target's server reported into a `RefillError` that says whether trying again can help. */
export function targetError(error: unknown): RefillError {
  if (isRefillError(error)) return error;
  const report = readReport(error);
  const code = codeOf(report);
  const opening =
    report.state === null
      ? "The session with the destination's database failed"
      : "The destination's database answered";
  return new RefillError(
    code,
    `${opening}: ${reportText(report)}. ${adviceFor[code] ?? ""}`.trim(),
    { details: report.state === null ? {} : { sqlstate: report.state } },
  );
}

/** The server's SQLSTATE behind an error; null where it did not speak. */
export function stateOf(error: unknown): string | null {
  if (!isRefillError(error)) return readReport(error).state;
  const state = error.details["sqlstate"];
  return typeof state === "string" ? state : null;
}

const adviceFor: Partial<Record<ErrorCode, string>> = {
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

/** SQLSTATEs that their class alone does not tell (PostgreSQL documentation, appendix A). */
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

function codeOf(report: ServerReport): ErrorCode {
  const { state } = report;
  if (state !== null) {
    return (
      byState[state] ??
      byStateClass[state.slice(0, 2)] ??
      "DESTINATION_UNAVAILABLE"
    );
  }
  return isRefusedIdentity(report)
    ? "DESTINATION_AUTH_FAILED"
    : "DESTINATION_UNAVAILABLE";
}
