import {
  type ErrorCode,
  isRefillError,
  RefillError,
} from "../../../domain/errors.js";

/** What the server, the SDK or the network said of a request: `NoSuchUpload`, `ECONNRESET`; null for another error. */
export function reportedOf(error: unknown): string | null {
  if (!isRefillError(error)) return null;
  const reported = error.details["reported"];
  return typeof reported === "string" ? reported : null;
}

/** Turns what went wrong with a request into a `RefillError` that says whether trying again can help. */
export function s3Error(error: unknown, what: string): RefillError {
  if (isRefillError(error)) return error;
  const { reported, status, message } = readError(error);
  const code = codes[reported] ?? codeOfStatus(status);
  const shownStatus = status === null ? "" : ` (HTTP ${status})`;
  const advice = advices[reported] ?? adviceOf[code] ?? "Try again.";
  return new RefillError(
    code,
    `Could not ${what}: ${reported}: ${message}${shownStatus}. ${advice}`,
    { details: { reported, ...(status === null ? {} : { status }) } },
  );
}

interface Reported {
  readonly reported: string;
  readonly status: number | null;
  readonly message: string;
}

/** A service's error has a name, a network's has a code. An answer without a body, as to HEAD, has its status alone. */
function readError(error: unknown): Reported {
  const { name, code, message, $metadata } = Object(error) as {
    readonly name?: unknown;
    readonly code?: unknown;
    readonly message?: unknown;
    readonly $metadata?: { readonly httpStatusCode?: unknown };
  };
  const status = $metadata?.httpStatusCode;
  const isNetwork = typeof code === "string" && /^E[A-Z_]+$/.test(code);
  return {
    reported: textOr(isNetwork ? code : name, "Error"),
    status: typeof status === "number" ? status : null,
    message: textOr(message, "no reason given").split("\n")[0] ?? "",
  };
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" && value !== "" ? value : otherwise;
}

/** Without a known name: what the server refuses stays refused, everything else may pass. */
function codeOfStatus(status: number | null): ErrorCode {
  if (status === 507) return "DESTINATION_FULL";
  if (status === 501) return "DESTINATION_UNWRITABLE"; // no store learns it meanwhile
  if (status === null || status >= 500) return "DESTINATION_UNAVAILABLE";
  if (status === 429 || status === 408) return "DESTINATION_UNAVAILABLE";
  return status >= 300 ? "DESTINATION_UNWRITABLE" : "DESTINATION_UNAVAILABLE";
}

const codes: Readonly<Record<string, ErrorCode>> = {
  NoSuchBucket: "DESTINATION_NOT_FOUND",
  InvalidAccessKeyId: "DESTINATION_AUTH_FAILED",
  SignatureDoesNotMatch: "DESTINATION_AUTH_FAILED",
  InvalidToken: "DESTINATION_AUTH_FAILED",
  InvalidClientTokenId: "DESTINATION_AUTH_FAILED",
  CredentialsProviderError: "DESTINATION_AUTH_FAILED",
  ...unavailable(
    // Temporary credentials are renewed by whoever gives them out, clocks are set, redirects settle.
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "TokenRefreshRequired",
    "RequestTimeTooSkewed",
    "TemporaryRedirect",
    // 4xx answers about one request, not about the place.
    "RequestTimeout",
    "SlowDown",
    "BadDigest",
    "OperationAborted",
    "XAmzContentSHA256Mismatch",
    "IncompleteBody",
    "InvalidPart",
    "ConditionalRequestConflict",
    "NoSuchKey",
    "NoSuchUpload",
  ),
  QuotaExceeded: "DESTINATION_FULL",
  XMinioAdminBucketQuotaExceeded: "DESTINATION_FULL",
  XMinioStorageFull: "DESTINATION_FULL",
};

function unavailable(
  ...names: readonly string[]
): Readonly<Record<string, ErrorCode>> {
  return Object.fromEntries(
    names.map((name) => [name, "DESTINATION_UNAVAILABLE"]),
  );
}

const otherRegion =
  "The bucket is in another region: set the destination's region.";

const advices: Readonly<Record<string, string>> = {
  RequestTimeTooSkewed: "Set the clock of the worker's machine.",
  ExpiredToken: "Renew the credentials that the worker gets.",
  PermanentRedirect: otherRegion,
  AuthorizationHeaderMalformed: otherRegion,
  CredentialsProviderError:
    "Name access_key_id and secret_access_key, or give the worker credentials that Amazon's SDK finds.",
};

const adviceOf: Partial<Record<ErrorCode, string>> = {
  DESTINATION_NOT_FOUND: "Create the bucket, or correct its name.",
  DESTINATION_AUTH_FAILED:
    "Correct the keys that access_key_id and secret_access_key refer to, or the worker's own credentials.",
  DESTINATION_FULL: "Free some space there, then retry.",
  DESTINATION_UNWRITABLE:
    "Check the destination's settings, and the rights of its credentials: docs/destinations.md lists them.",
};
