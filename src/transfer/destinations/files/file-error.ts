import {
  type ErrorCode,
  isRefillError,
  RefillError,
} from "../../../domain/errors.js";

/** The file system's code, such as ENOSPC; null for an error that has none. */
export function codeOf(error: unknown): string | null {
  const code =
    typeof error === "object" && error !== null
      ? (error as { code?: unknown }).code
      : null;
  return typeof code === "string" ? code : null;
}

/** Turns what the file system reported into a `RefillError` that says whether trying again can help. */
export function fileError(
  error: unknown,
  what: string,
  path: string,
): RefillError {
  if (isRefillError(error)) return error;
  const reported = codeOf(error) ?? "";
  const code = byReport[reported] ?? "DESTINATION_UNAVAILABLE";
  const reason = error instanceof Object ? messageOf(error) : "no reason given";
  return new RefillError(
    code,
    `Could not ${what} the file ${path}: ${reason}. ${advice[code] ?? "Try again."}`,
    { details: reported === "" ? {} : { reported } },
  );
}

const byReport: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: "DESTINATION_FULL",
  EDQUOT: "DESTINATION_FULL",
  EACCES: "DESTINATION_UNWRITABLE",
  EPERM: "DESTINATION_UNWRITABLE",
  EEXIST: "DESTINATION_UNWRITABLE", // a file where a folder has to be
  EROFS: "DESTINATION_UNWRITABLE",
  ENOTDIR: "DESTINATION_UNWRITABLE",
  EISDIR: "DESTINATION_UNWRITABLE",
  ELOOP: "DESTINATION_UNWRITABLE",
  ENAMETOOLONG: "DESTINATION_UNWRITABLE",
  EFBIG: "DESTINATION_UNWRITABLE",
};

const advice: Partial<Record<ErrorCode, string>> = {
  DESTINATION_FULL: "Free some space there, then retry.",
  DESTINATION_UNWRITABLE:
    "Check the destination's path and key, and the rights of the worker's user.",
};

/** Node's `ENOSPC: no space left on device, write`, without the call and its paths. */
function messageOf(error: object): string {
  const message = (error as { message?: unknown }).message;
  if (typeof message !== "string" || message === "") return "no reason given";
  return message.split(", ")[0] ?? message;
}
