import { type ErrorCode, RefillError } from "../../../domain/errors.js";
import { readServerError } from "./server-error.js";
import { readReport } from "./server-report.js";

/** What went wrong with a source's database. Never throws. */
export function classifyError(error: unknown): RefillError {
  if (isUnboundParameter(error)) return unboundParameter();
  return readServerError(error, {
    place: "the source database",
    byState,
    byStateClass,
    advice,
    refusedIdentity: "SOURCE_AUTH_FAILED",
    unavailable: "SOURCE_UNAVAILABLE",
  });
}

/** By its text, because poolers report troubles that pass with the same SQLSTATE. */
function isUnboundParameter(error: unknown): boolean {
  const { state, message } = readReport(error);
  return state === "08P01" && message.startsWith("bind message supplies");
}

function unboundParameter(): RefillError {
  return new RefillError(
    "SOURCE_QUERY_INVALID",
    "Expected a query and a where without parameters, got one such as $1. Write the value itself.",
    { details: { sqlstate: "08P01" } },
  );
}

const advice: Partial<Record<ErrorCode, string>> = {
  SOURCE_AUTH_FAILED:
    "Check the user, the password and the certificate that the source's connection refers to.",
  SOURCE_FORBIDDEN:
    "Grant the source's user what it needs to read these rows, or name another source.",
  SOURCE_NOT_FOUND: "Check the database and the table that the source names.",
  SOURCE_COLUMN_NOT_FOUND: "Check the columns that the source names.",
  SOURCE_QUERY_INVALID: "Check the source's query, where and columns.",
  SOURCE_DATA_INVALID: "Correct the row or the expression that it is about.",
  SOURCE_TIMEOUT:
    "Raise the time limit of the source's user, or try again when the database is less busy.",
  SOURCE_OUT_OF_MEMORY:
    "The next attempt reads less at a time. Lower work_mem, or make the query simpler, if that does not help.",
  SOURCE_CONFLICT: "Try again.",
  SOURCE_UNAVAILABLE: "Try again when the source database can be reached.",
};

const byState: Readonly<Record<string, ErrorCode>> = {
  "25006": "SOURCE_QUERY_INVALID", // a query that writes
  "25P03": "SOURCE_TIMEOUT",
  "25P04": "SOURCE_TIMEOUT",
  "3D000": "SOURCE_NOT_FOUND",
  "3F000": "SOURCE_NOT_FOUND",
  "40001": "SOURCE_CONFLICT", // also a standby's conflict with recovery
  "40P01": "SOURCE_CONFLICT",
  "42501": "SOURCE_FORBIDDEN",
  "42703": "SOURCE_COLUMN_NOT_FOUND",
  "42P01": "SOURCE_NOT_FOUND",
  "53200": "SOURCE_OUT_OF_MEMORY",
  "57014": "SOURCE_TIMEOUT",
  "72000": "SOURCE_CONFLICT", // snapshot too old
  XX001: "SOURCE_DATA_INVALID", // a damaged page
  XX002: "SOURCE_DATA_INVALID", // a damaged index
};

const byStateClass: Readonly<Record<string, ErrorCode>> = {
  "0A": "SOURCE_QUERY_INVALID",
  "21": "SOURCE_DATA_INVALID",
  "22": "SOURCE_DATA_INVALID",
  "23": "SOURCE_DATA_INVALID",
  "25": "SOURCE_CONFLICT",
  "28": "SOURCE_AUTH_FAILED",
  "40": "SOURCE_CONFLICT",
  "42": "SOURCE_QUERY_INVALID",
  "54": "SOURCE_DATA_INVALID", // a row larger than the server can send
  "55": "SOURCE_CONFLICT",
  P0: "SOURCE_QUERY_INVALID", // raised by a function that the query calls
};
