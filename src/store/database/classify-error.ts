import { RefillError } from "../../domain/errors.js";

/** Errors of Node's sockets and resolver that mean: nobody answers there, or no longer. */
const networkCodes = new Set([
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
]);

/** SQLSTATEs besides class 08: too many connections, shutting down, crashed, starting up. */
const unavailableStates = new Set(["53300", "57P01", "57P02", "57P03"]);

/** SQLSTATEs with which a server refuses whoever connects: wrong password, wrong user, no such database. */
const refusedStates = new Set(["28000", "28P01", "3D000"]);

/** What the driver says without a code when a connection ends under it. */
const driverMessages = [
  "Connection terminated",
  "Client has encountered a connection error",
  "Client was closed and is not queryable",
  "timeout exceeded when trying to connect",
  "timeout expired",
];

/** Whether an error says that Postgres is away, or cannot serve right now. */
export function isUnavailable(error: unknown): boolean {
  const { code, message, syscall } = facts(error);
  if (code === "DATABASE_UNAVAILABLE") return true;
  if (networkCodes.has(code) || unavailableStates.has(code)) return true;
  if (/^08[0-9A-Z]{3}$/.test(code)) return true;
  if (code === "ENOENT" && syscall === "connect") return true;
  return code === "" && driverMessages.some((text) => message.includes(text));
}

/**
 * The error to hand on: RefillError DATABASE_UNAVAILABLE when Postgres is away, CONFIG_INVALID when it refuses the
 * user or the database of the connection string, else the very error that came in.
 */
export function describeUnavailable(error: unknown): unknown {
  const { code, message } = facts(error);
  if (code === "DATABASE_UNAVAILABLE") return error;
  if (refusedStates.has(code)) {
    return new RefillError(
      "CONFIG_INVALID",
      `The ledger's Postgres refused the connection: ${message}. Check DATABASE_URL.`,
      { cause: error },
    );
  }
  if (!isUnavailable(error)) return error;
  return new RefillError(
    "DATABASE_UNAVAILABLE",
    `The ledger's Postgres could not be reached: ${message}. Check that it is running and that DATABASE_URL points to it.`,
    { cause: error },
  );
}

interface ErrorFacts {
  readonly code: string;
  readonly message: string;
  readonly syscall: string;
}

/** By shape, not by class: an error may come from another realm. A host with two addresses fails with both errors in one. */
function facts(error: unknown): ErrorFacts {
  if (typeof error !== "object" || error === null) {
    return { code: "", message: String(error), syscall: "" };
  }
  const found = error as Record<"code" | "message" | "syscall", unknown> & {
    readonly errors?: readonly unknown[];
  };
  const message = textOf(found.message);
  const first = found.errors?.[0];
  if (message === "" && first !== undefined) return facts(first);
  return { code: textOf(found.code), message, syscall: textOf(found.syscall) };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
