import { ApplicationFailure, Context } from "@temporalio/activity";
import type { DefinitionPin } from "../../contract/worker-requests.js";
import type { BatchExportDefinition } from "../../definition/definition.js";
import { isRefillError, RefillError } from "../../domain/errors.js";
import { describeUnavailable } from "../../store/database/classify-error.js";
import { findPinnedDefinition } from "../../store/exports/export-rows.js";
import { secretsRemover } from "../../transfer/without-secrets.js";
import type { ActivityDependencies } from "../dependencies.js";
import { heartbeating } from "../heartbeat.js";

/**
 * Answers a client that waits. Every error is an answer too: it goes back as it is, without secrets, and is not tried
 * again; only the loss of the worker is.
 */
export function answerRequest<Result>(
  dependencies: ActivityDependencies,
  pin: DefinitionPin,
  answer: (
    definition: BatchExportDefinition,
    signal: AbortSignal,
  ) => Promise<Result>,
): Promise<Result> {
  const signal = Context.current().cancellationSignal;
  return heartbeating(async () => {
    let definition: BatchExportDefinition | null = null;
    try {
      definition = await readDefinition(dependencies, pin);
      return await answer(definition, signal);
    } catch (error) {
      // Nobody waits any more, or another worker is to take over: Temporal tells the two apart by this reason.
      if (signal.aborted) throw signal.reason;
      throw await answerFailure(dependencies, definition, error);
    }
  });
}

async function readDefinition(
  { pool }: ActivityDependencies,
  { batchExportId, definitionVersion: version }: DefinitionPin,
): Promise<BatchExportDefinition> {
  const found = await findPinnedDefinition(pool, { batchExportId, version });
  if (found !== null) return found;
  throw new RefillError(
    "EXPORT_NOT_FOUND",
    `Expected the worker's ledger to hold version ${String(version)} of export ${batchExportId}; it does not. Give the worker and this command the same DATABASE_URL.`,
    { details: { export: batchExportId, definition_version: version } },
  );
}

/** Temporal keeps it in the history and hands it to the client, which makes the same error of it again. */
async function answerFailure(
  { connections }: ActivityDependencies,
  definition: BatchExportDefinition | null,
  thrown: unknown,
): Promise<ApplicationFailure> {
  const error = describeUnavailable(thrown);
  const clean =
    definition === null
      ? (text: string) => text
      : await secretsRemover(definition, connections);
  const { code, message, details } = isRefillError(error)
    ? error
    : { code: "INTERNAL", message: faultText(error), details: {} };
  return ApplicationFailure.create({
    type: code,
    message: clean(message),
    details: [textsCleaned(details, clean)],
    nonRetryable: true,
  });
}

function faultText(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `a fault in Refill itself, on the worker; please report it: ${message}`;
}

/** The same JSON, every text in it cleaned. */
function textsCleaned(
  value: unknown,
  clean: (text: string) => string,
): unknown {
  if (typeof value === "string") return clean(value);
  if (Array.isArray(value)) {
    return value.map((item: unknown) => textsCleaned(item, clean));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      textsCleaned(item, clean),
    ]),
  );
}
