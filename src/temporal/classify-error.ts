import { isRefillError } from "../domain/errors.js";

/** gRPC's codes for "nobody answered": CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE. */
const unavailableCodes = new Set([1, 4, 8, 14]);

/** Whether an error of Temporal's client says that the server is away, rather than that the request is wrong. */
export function isTemporalUnavailable(error: unknown): boolean {
  if (isRefillError(error)) return error.code === "TEMPORAL_UNAVAILABLE";
  const code = serviceErrorCode(error);
  return code !== null && unavailableCodes.has(code);
}

/** The gRPC status code of an error or of what caused it; null where none came from a server. */
export function serviceErrorCode(error: unknown): number | null {
  for (let cause = error; cause instanceof Object;) {
    if (isServiceError(cause)) return cause.code;
    cause = (cause as { readonly cause?: unknown }).cause;
  }
  return null;
}

/** Whether Temporal answered that it has no such namespace. By name, for the reason below. */
export function isNamespaceMissing(error: unknown): error is Error {
  return error instanceof Error && error.name === "NamespaceNotFoundError";
}

/** By shape, as grpc-js makes it: loading Temporal's client for its own check costs every command half a second. */
function isServiceError(error: object): error is { readonly code: number } {
  return (
    typeof (error as { readonly code?: unknown }).code === "number" &&
    typeof (error as { readonly details?: unknown }).details === "string" &&
    (error as { readonly metadata?: unknown }).metadata instanceof Object
  );
}

/** What grpc-js adds to a deadline for its developers: `Deadline exceeded after 5.0s,waiting for metadata filters`. */
const grpcInternals = /,(waiting for|remote_addr|LB pick|name resolution).*$/;

/** The innermost message of an error, on one line. */
export function describeCause(error: unknown): string {
  let innermost = error;
  while (
    innermost instanceof Object &&
    (innermost as { readonly cause?: unknown }).cause instanceof Object
  ) {
    innermost = (innermost as { readonly cause?: unknown }).cause;
  }
  const message =
    innermost instanceof Object && "message" in innermost
      ? String(innermost.message)
      : String(innermost);
  return message.replaceAll(/\s+/g, " ").replace(grpcInternals, "").trim();
}
