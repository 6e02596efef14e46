import { isGrpcServiceError } from "@temporalio/client";
import { isRefillError } from "../domain/errors.js";

/** gRPC's codes for "nobody answered": CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE. */
const unavailableCodes = new Set([1, 2, 4, 8, 14]);

/** Whether an error of Temporal's client says that the server is away, rather than that the request is wrong. */
export function isTemporalUnavailable(error: unknown): boolean {
  if (isRefillError(error)) return error.code === "TEMPORAL_UNAVAILABLE";
  for (let cause = error; cause instanceof Object;) {
    if (isGrpcServiceError(cause)) return unavailableCodes.has(cause.code);
    cause = (cause as { readonly cause?: unknown }).cause;
  }
  return false;
}

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
  return message.replaceAll(/\s+/g, " ").trim();
}
