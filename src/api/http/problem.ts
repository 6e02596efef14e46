import type { Problem, ProblemItem } from "../../contract/objects/problem.js";
import {
  errorCatalog,
  type ErrorCode,
  type RefillError,
} from "../../domain/errors.js";

export const problemMediaType = "application/problem+json";

/** Seconds that a client should wait before it asks a server that is away again. */
export const RETRY_AFTER_SECONDS = 5;

/** Codes whose status their kind alone does not tell. */
const statusByCode: Partial<Record<ErrorCode, number>> = {
  EXPORT_NOT_FOUND: 404,
  BACKFILL_NOT_FOUND: 404,
  SCHEDULE_NOT_FOUND: 404,
  RUN_NOT_FOUND: 404,
  API_KEY_NOT_FOUND: 404,
  EXPORT_NAME_TAKEN: 409,
  IDEMPOTENCY_KEY_REUSED: 409,
  SCHEDULE_EXISTS: 409,
  DESTINATION_SHARED: 409,
  RANGE_OVERLAPS: 409,
  VERIFICATION_RUNNING: 409,
  PLAN_CHANGED: 409,
  INTERVALS_CHANGED: 409,
  TOO_MANY_BACKFILLS: 429,
  INTERNAL: 500,
  CONFIG_INVALID: 500,
  DATABASE_SCHEMA_MISMATCH: 503,
};

/**
 * The HTTP status of an error code: 400 for a wrong request, 503 while a server is away, 422 for a source or a
 * destination that refuses, and what `statusByCode` says.
 */
function httpStatusOf(code: ErrorCode): number {
  const { exitCode, retryable } = errorCatalog[code];
  const known = statusByCode[code];
  if (known !== undefined) return known;
  switch (exitCode) {
    case 2:
      return 400;
    case 3:
    case 130:
      return 503;
    case 1:
      return retryable ? 503 : 422;
  }
}

/** An error of Refill as a problem document. */
export function problemOf(error: RefillError): Problem {
  const status = httpStatusOf(error.code);
  const { problems, ...details } = error.details as {
    readonly problems?: unknown;
  };
  return {
    type: "about:blank",
    title: titleOf(status),
    status,
    detail: error.message,
    code: error.code,
    errors: itemsOf(problems),
    details,
  };
}

/** A problem that no error of Refill stands behind: access, routing, the request's form. */
export function plainProblem(
  status: number,
  code: string,
  detail: string,
  errors: readonly ProblemItem[] = [],
): Problem {
  return {
    type: "about:blank",
    title: titleOf(status),
    status,
    detail,
    code,
    errors,
    details: {},
  };
}

/** What a status is called. */
export function titleOf(status: number): string {
  return titles[status] ?? "Error";
}

function itemsOf(problems: unknown): readonly ProblemItem[] {
  return Array.isArray(problems) && problems.every(isItem) ? problems : [];
}

function isItem(value: unknown): value is ProblemItem {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as ProblemItem).path === "string" &&
    typeof (value as ProblemItem).message === "string"
  );
}

const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};
