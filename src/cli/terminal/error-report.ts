import { CommanderError } from "commander";
import { toJson } from "../../contract/json.js";
import {
  errorCatalog,
  isRefillError,
  RefillError,
} from "../../domain/errors.js";
import { describeUnavailable } from "../../store/database/classify-error.js";
import { BrokenOff, type Output } from "./output.js";

/** What commander found wrong with the words of a command line, and the command that they were for. */
export class UsageProblem extends Error {
  override readonly name = "UsageProblem";
  readonly commandName: string;
  override readonly cause: CommanderError;

  constructor(cause: CommanderError, commandName: string) {
    super(cause.message);
    this.cause = cause;
    this.commandName = commandName;
  }
}

/** Reports whatever was thrown as docs/contract.md says, a document on stdout with `--json`, else a line on stderr. Answers the exit code. */
export async function reportError(
  thrown: unknown,
  output: Output,
): Promise<RefillError["exitCode"]> {
  const brokenOff = thrown instanceof BrokenOff;
  const error = await asRefillError(brokenOff ? thrown.cause : thrown);
  const { code, message, details } = error;
  if (output.json && !brokenOff) {
    await output.text(`${toJson({ error: { code, message, details } })}\n`);
  } else {
    output.notice(`${code}: ${message}`);
  }
  return errorCatalog[code].exitCode;
}

/** The error as one of Refill's own, whatever was thrown. */
export async function asRefillError(thrown: unknown): Promise<RefillError> {
  if (thrown instanceof UsageProblem) return usageError(thrown);
  const error = describeUnavailable(thrown);
  if (isRefillError(error)) return error;
  // Loaded late: Temporal's client takes longer to load than most commands to run.
  const { isTemporalUnavailable, isNamespaceMissing, describeCause } =
    await import("../../temporal/classify-error.js");
  if (isNamespaceMissing(error)) return namespaceMissing(error);
  return isTemporalUnavailable(error)
    ? new RefillError(
        "TEMPORAL_UNAVAILABLE",
        `expected an answer from Temporal, got none (${describeCause(error)}); try again when it is back`,
        { cause: error },
      )
    : internalError(error);
}

function namespaceMissing(error: Error): RefillError {
  return new RefillError(
    "CONFIG_INVALID",
    `Expected a namespace that this Temporal has; got another (${error.message}). Correct TEMPORAL_NAMESPACE, or create the namespace.`,
    { cause: error },
  );
}

function internalError(error: unknown): RefillError {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? null) : null;
  return new RefillError(
    "INTERNAL",
    `a fault in Refill itself, please report it: ${message}`,
    { cause: error, details: { stack } },
  );
}

function usageError({ cause, commandName }: UsageProblem): RefillError {
  const said =
    cause.code === "commander.help"
      ? "expected a command"
      : cause.message.replace(/^error: /, "");
  const sentence = said
    .replace(/\s*\n\((Did you mean .*\?)\)$/s, ". $1")
    .replace(/([^.?!])$/, "$1.");
  return new RefillError(
    "USAGE",
    `${sentence} See \`${commandName} --help\`.`,
    { cause, details: { command: commandName } },
  );
}
