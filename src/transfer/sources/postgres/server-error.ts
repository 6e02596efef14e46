import {
  type ErrorCode,
  isRefillError,
  RefillError,
} from "../../../domain/errors.js";
import {
  isRefusedIdentity,
  readReport,
  reportText,
  type ServerReport,
} from "./server-report.js";

/** What the errors of one side, source or destination, are called and what is to be done about them. */
export interface ErrorReading {
  /** Where messages say the error is from: `the source database`. */
  readonly place: string;
  /** SQLSTATEs that their class alone does not tell (PostgreSQL documentation, appendix A). */
  readonly byState: Readonly<Record<string, ErrorCode>>;
  /** By the first two characters. */
  readonly byStateClass: Readonly<Record<string, ErrorCode>>;
  /** The two sides could not agree on who the other is. */
  readonly refusedIdentity: ErrorCode;
  /** All else: it may pass. */
  readonly unavailable: ErrorCode;
  readonly advice: Partial<Record<ErrorCode, string>>;
}

/**
 * Turns what pg, the socket or the server reported into a `RefillError` that says whether trying again can help.
 * It repeats the server's message, and never a connection string. A `RefillError` is handed back as it is.
 */
export function readServerError(
  error: unknown,
  reading: ErrorReading,
): RefillError {
  if (isRefillError(error)) return error;
  const report = readReport(error);
  const code = codeOf(report, reading);
  const { place, advice } = reading;
  const opening =
    report.state === null
      ? `The session with ${place} failed`
      : `${place.charAt(0).toUpperCase()}${place.slice(1)} answered`;
  return new RefillError(
    code,
    `${opening}: ${reportText(report)}. ${advice[code] ?? ""}`.trim(),
    { details: report.state === null ? {} : { sqlstate: report.state } },
  );
}

/** The server's SQLSTATE behind an error; null where it did not speak. */
export function stateOf(error: unknown): string | null {
  if (!isRefillError(error)) return readReport(error).state;
  const state = error.details["sqlstate"];
  return typeof state === "string" ? state : null;
}

function codeOf(report: ServerReport, reading: ErrorReading): ErrorCode {
  const { state } = report;
  if (state === null) {
    return isRefusedIdentity(report)
      ? reading.refusedIdentity
      : reading.unavailable;
  }
  const { byState, byStateClass, unavailable } = reading;
  return byState[state] ?? byStateClass[state.slice(0, 2)] ?? unavailable;
}
