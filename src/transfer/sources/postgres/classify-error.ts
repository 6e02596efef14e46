import {
  isRefillError,
  RefillError,
  type ErrorCode,
} from "../../../domain/errors.js";

/**
 * Turns what pg, the socket or the server reported into a `RefillError` that says whether trying again can help.
 * It repeats the server's message, and never a connection string. A `RefillError` is handed back as it is.
 */
export function classifyError(error: unknown): RefillError {
  if (isRefillError(error)) return error;
  const report = readReport(error);
  const code = codeOf(report);
  const advice = adviceFor[code];
  const hint = report.hint === null ? "" : ` (${oneLine(report.hint)})`;
  const opening =
    report.state === null
      ? "The session with the source database failed"
      : "The source database answered";
  return new RefillError(
    code,
    `${opening}: ${oneLine(report.message)}${hint}. ${advice ?? ""}`.trim(),
    { details: report.state === null ? {} : { sqlstate: report.state } },
  );
}

interface Report {
  /** The SQLSTATE; null when the server did not speak. */
  readonly state: string | null;
  /** Node's code, such as ECONNREFUSED; null where there is none. */
  readonly system: string | null;
  readonly message: string;
  readonly hint: string | null;
}

const adviceFor: Partial<Record<ErrorCode, string>> = {
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
  SOURCE_CONFLICT: "Try again.",
  SOURCE_UNAVAILABLE: "Try again when the source database can be reached.",
};

/** SQLSTATEs that their class alone does not tell (PostgreSQL documentation, appendix A). */
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

const certificateTrouble =
  /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

/** What pg throws as a plain error when the two sides cannot agree on who the other is. */
const authenticationTrouble =
  /SASL|SCRAM|password|does not support SSL|certificate/i;

function codeOf(report: Report): ErrorCode {
  const { state, system } = report;
  if (state !== null) {
    return (
      byState[state] ?? byStateClass[state.slice(0, 2)] ?? "SOURCE_UNAVAILABLE"
    );
  }
  if (system === "ERR_INVALID_URL") return "SOURCE_AUTH_FAILED";
  if (system !== null && certificateTrouble.test(system)) {
    return "SOURCE_AUTH_FAILED";
  }
  if (system === null && authenticationTrouble.test(report.message)) {
    return "SOURCE_AUTH_FAILED";
  }
  return "SOURCE_UNAVAILABLE";
}

function readReport(error: unknown): Report {
  if (typeof error !== "object" || error === null) {
    return { state: null, system: null, message: "nothing", hint: null };
  }
  const { code, message, hint, errors } = error as Record<string, unknown>;
  if (Array.isArray(errors) && errors.length > 0) return readReport(errors[0]); // one for each address of a host
  const isState = typeof code === "string" && /^[0-9A-Z]{5}$/.test(code);
  const fromServer = isState && "severity" in error;
  return {
    state: fromServer ? code : null,
    system: !fromServer && typeof code === "string" ? code : null,
    message: code === "ERR_INVALID_URL" ? malformedUrl : text(message, code),
    hint: typeof hint === "string" ? hint : null,
  };
}

/** Said instead of Node's message, whose error carries the whole connection string. */
const malformedUrl = "the connection string is not a URL";

function text(message: unknown, code: unknown): string {
  if (typeof message === "string" && message !== "") return message;
  return typeof code === "string" ? code : "no reason given";
}

function oneLine(message: string): string {
  return message.replaceAll(/\s+/g, " ").replace(/[.\s]+$/, "");
}
