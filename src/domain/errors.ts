/** What a code means to whoever meets it: the process's exit code, and whether trying again can help. */
export interface ErrorKind {
  readonly exitCode: 1 | 2 | 3 | 130;
  readonly retryable: boolean;
}

const wrongRequest = { exitCode: 2, retryable: false } as const;
const serverAway = { exitCode: 3, retryable: true } as const;
const permanent = { exitCode: 1, retryable: false } as const;
const transient = { exitCode: 1, retryable: true } as const;

/** Every error code of Refill. `docs/errors.md` explains each one; a test holds the two lists together. */
export const errorCatalog = {
  USAGE: wrongRequest,
  CONFIG_INVALID: wrongRequest,
  DEFINITION_INVALID: wrongRequest,
  EXPORT_NOT_FOUND: wrongRequest,
  EXPORT_AMBIGUOUS: wrongRequest,
  EXPORT_NAME_TAKEN: wrongRequest,
  DESTINATION_SHARED: wrongRequest,
  BACKFILL_NOT_FOUND: wrongRequest,
  API_KEY_NOT_FOUND: wrongRequest,
  CURSOR_INVALID: wrongRequest,
  IDEMPOTENCY_KEY_REUSED: wrongRequest,
  SCHEDULE_NOT_FOUND: wrongRequest,
  SCHEDULE_EXISTS: wrongRequest,
  BACKFILL_CLOSED: wrongRequest,
  VERIFICATION_RUNNING: wrongRequest,
  BACKFILL_OPEN: wrongRequest,
  NOTHING_TO_RETRY: wrongRequest,
  NOTHING_TO_REPIN: wrongRequest,
  INTERVALS_CHANGED: wrongRequest,
  RUN_NOT_FOUND: wrongRequest,
  TIMESTAMP_NAIVE: wrongRequest,
  TIMESTAMP_INVALID: wrongRequest,
  RANGE_MISALIGNED: wrongRequest,
  RANGE_EMPTY: wrongRequest,
  RANGE_IN_FUTURE: wrongRequest,
  RANGE_TOO_LARGE: wrongRequest,
  RANGE_OVERLAPS: wrongRequest,
  TOO_MANY_BACKFILLS: wrongRequest,
  PLAN_CHANGED: wrongRequest,

  SECRET_NOT_ALLOWED: permanent,
  SECRET_NOT_FOUND: permanent,
  SECRET_INVALID: permanent,
  SOURCE_HOST_NOT_ALLOWED: permanent,
  SOURCE_FORBIDDEN: permanent,
  SOURCE_NOT_FOUND: permanent,
  SOURCE_COLUMN_NOT_FOUND: permanent,
  SOURCE_COLUMNS_CHANGED: permanent,
  SOURCE_TIMESTAMP_INVALID: permanent,
  SOURCE_QUERY_INVALID: permanent,
  SOURCE_AUTH_FAILED: permanent,
  SOURCE_NOT_READY: permanent,
  SOURCE_DATA_INVALID: permanent,
  SOURCE_UNAVAILABLE: transient,
  SOURCE_TIMEOUT: transient,
  SOURCE_OUT_OF_MEMORY: transient,
  SOURCE_CONFLICT: transient,
  DESTINATION_FORBIDDEN: permanent,
  DESTINATION_NOT_FOUND: permanent,
  DESTINATION_AUTH_FAILED: permanent,
  DESTINATION_UNWRITABLE: permanent,
  DESTINATION_TABLE_MISMATCH: permanent,
  DESTINATION_DATA_REFUSED: permanent,
  DESTINATION_CONFLICT: transient,
  DESTINATION_FULL: transient,
  DESTINATION_UNAVAILABLE: transient,
  DESTINATION_DATA_INVALID: permanent,

  COUNT_MISMATCH: transient,
  CLAIM_LOST: transient,
  WORKER_LOST: transient,
  WORKFLOW_LOST: permanent,
  LEDGER_DOES_NOT_ADD_UP: permanent,
  INTERNAL: permanent,

  DATABASE_UNAVAILABLE: serverAway,
  DATABASE_NOT_MIGRATED: serverAway,
  DATABASE_SCHEMA_MISMATCH: wrongRequest,
  TEMPORAL_UNAVAILABLE: serverAway,
  NO_WORKER: serverAway,
  SERVERS_NOT_FOUND: serverAway,
  SERVERS_NOT_STARTED: serverAway,
  SERVERS_ALREADY_RUNNING: wrongRequest,
  INTERRUPTED: { exitCode: 130, retryable: true },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorCatalog;

/** The one error that Refill throws on purpose: a stable code, one line for people, details for programs. */
export class RefillError extends Error {
  override readonly name = "RefillError";
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      readonly details?: Readonly<Record<string, unknown>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(
      message,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.details = options.details ?? {};
  }

  /** Whether trying the same thing again, with nothing edited, may succeed. */
  get retryable(): boolean {
    return errorCatalog[this.code].retryable;
  }

  get exitCode(): ErrorKind["exitCode"] {
    return errorCatalog[this.code].exitCode;
  }
}

/** Recognises a `RefillError` by its shape, so that a copy of the class from another realm counts too. */
export function isRefillError(value: unknown): value is RefillError {
  return (
    typeof value === "object" &&
    value !== null &&
    (value as { name?: unknown }).name === "RefillError" &&
    typeof (value as { code?: unknown }).code === "string"
  );
}
