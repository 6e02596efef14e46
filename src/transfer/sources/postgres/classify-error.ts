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
  SOURCE_NOT_READY:
    "Make the source readable (REFRESH a materialized view, for example), then retry.",
  SOURCE_DATA_INVALID: "Correct the row or the expression that it is about.",
  SOURCE_TIMEOUT:
    "Raise the time limit of the source's user, or try again when the database is less busy.",
  SOURCE_OUT_OF_MEMORY:
    "The next attempt reads less at a time. Lower work_mem, or make the query simpler, if that does not help.",
  SOURCE_CONFLICT: "Try again.",
  SOURCE_UNAVAILABLE: "Try again when the source database can be reached.",
};

const byState: Readonly<Record<string, ErrorCode>> = {
  "25001": "SOURCE_QUERY_INVALID", // a query that changes its transaction
  "25006": "SOURCE_QUERY_INVALID", // a query that writes
  "25P03": "SOURCE_TIMEOUT",
  "25P04": "SOURCE_TIMEOUT",
  "42501": "SOURCE_FORBIDDEN",
  "42703": "SOURCE_COLUMN_NOT_FOUND",
  "42P01": "SOURCE_NOT_FOUND",
  "53200": "SOURCE_OUT_OF_MEMORY",
  "53400": "SOURCE_OUT_OF_MEMORY", // temp_file_limit: smaller statements may stay below it
  "55006": "SOURCE_CONFLICT", // in use
  "55P03": "SOURCE_CONFLICT", // a lock that was not to be had in time
  "57014": "SOURCE_TIMEOUT",
  "57P04": "SOURCE_NOT_FOUND", // the database was dropped
  "58P01": "SOURCE_NOT_READY", // a library or a file that is missing
  HV00N: "SOURCE_UNAVAILABLE", // the server behind a foreign table is away
  HV001: "SOURCE_OUT_OF_MEMORY",
  XX001: "SOURCE_DATA_INVALID", // a damaged page
  XX002: "SOURCE_DATA_INVALID", // a damaged index
};

/** All classes of the documentation's appendix A that report an error. */
const byStateClass: Readonly<Record<string, ErrorCode>> = {
  "03": "SOURCE_QUERY_INVALID",
  "08": "SOURCE_UNAVAILABLE",
  "09": "SOURCE_QUERY_INVALID",
  "0A": "SOURCE_QUERY_INVALID",
  "0B": "SOURCE_QUERY_INVALID",
  "0F": "SOURCE_QUERY_INVALID",
  "0L": "SOURCE_FORBIDDEN",
  "0P": "SOURCE_FORBIDDEN",
  "0Z": "SOURCE_QUERY_INVALID",
  "10": "SOURCE_DATA_INVALID",
  "20": "SOURCE_QUERY_INVALID", // a CASE of a function that has no branch
  "21": "SOURCE_DATA_INVALID",
  "22": "SOURCE_DATA_INVALID",
  "23": "SOURCE_DATA_INVALID",
  "24": "SOURCE_QUERY_INVALID",
  "25": "SOURCE_CONFLICT",
  "26": "SOURCE_UNAVAILABLE", // a pooler gave the statement to another session
  "27": "SOURCE_QUERY_INVALID",
  "28": "SOURCE_AUTH_FAILED",
  "2B": "SOURCE_FORBIDDEN",
  "2D": "SOURCE_QUERY_INVALID",
  "2F": "SOURCE_QUERY_INVALID",
  "34": "SOURCE_UNAVAILABLE", // as 26
  "38": "SOURCE_QUERY_INVALID",
  "39": "SOURCE_QUERY_INVALID",
  "3B": "SOURCE_QUERY_INVALID",
  "3D": "SOURCE_NOT_FOUND",
  "3F": "SOURCE_NOT_FOUND",
  "40": "SOURCE_CONFLICT", // also a standby's conflict with recovery
  "42": "SOURCE_QUERY_INVALID",
  "44": "SOURCE_DATA_INVALID",
  "53": "SOURCE_UNAVAILABLE",
  "54": "SOURCE_DATA_INVALID", // a row larger than the server can send
  "55": "SOURCE_NOT_READY", // a materialized view without data
  "57": "SOURCE_UNAVAILABLE",
  "58": "SOURCE_UNAVAILABLE",
  "72": "SOURCE_CONFLICT", // snapshot too old
  F0: "SOURCE_UNAVAILABLE",
  HV: "SOURCE_QUERY_INVALID",
  P0: "SOURCE_QUERY_INVALID", // raised by a function that the query calls
  XX: "SOURCE_UNAVAILABLE",
};
