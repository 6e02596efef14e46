import { isRefillError } from "../domain/errors.js";

/** Codes and names of classes; a message may quote a connection string. */
const codePattern = /^[A-Za-z][\w.-]{0,99}$/;

/** What a span may say of an error: Refill's code, the type of a failure that Temporal carries, else the error's class. */
export function failureCode(error: unknown): string {
  if (isRefillError(error)) return error.code;
  if (!(error instanceof Error)) return "unknown";
  const type: unknown = "type" in error ? error.type : null;
  return [type, error.name].find(isCode) ?? "unknown";
}

function isCode(value: unknown): value is string {
  return typeof value === "string" && codePattern.test(value);
}
