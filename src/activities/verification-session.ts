import { ApplicationFailure } from "@temporalio/activity";
import type { BatchExportDefinition } from "../definition/definition.js";
import { openDestination } from "../operations/open-destination.js";
import { openSource } from "../operations/open-source.js";
import { findBackfill } from "../store/backfill-row.js";
import { findPinnedDefinition } from "../store/batch-exports.js";
import {
  type VerificationRow,
  findVerification,
} from "../store/verifications.js";
import type { Destination } from "../transfer/destination.js";
import { type RunOutput, runOutputOf } from "../transfer/run-output.js";
import type { Source } from "../transfer/source.js";
import type { ActivityDependencies } from "./dependencies.js";

/** What one piece of a verification works with: the definition that the backfill pinned, its source, its destination. */
export interface VerificationSession {
  readonly dependencies: ActivityDependencies;
  readonly verification: VerificationRow;
  readonly batchExportId: string;
  readonly definition: BatchExportDefinition;
  readonly output: RunOutput;
  readonly source: Source;
  readonly destination: Destination;
  readonly signal: AbortSignal;
  close(): Promise<void>;
}

/** @throws ApplicationFailure when the verification is over, RefillError SECRET_* and SOURCE_* */
export async function openVerification(
  dependencies: ActivityDependencies,
  verificationId: string,
  signal: AbortSignal,
): Promise<VerificationSession> {
  const { pool, connections, config } = dependencies;
  const verification = await findVerification(pool, verificationId);
  if (verification?.finished_at !== null) throw isOver(verificationId);
  const backfill = await findBackfill(pool, verification.backfill_id);
  const batchExportId = backfill?.batch_export_id ?? "";
  const definition = await findPinnedDefinition(pool, {
    batchExportId,
    version: backfill?.definition_version ?? 0,
  });
  if (definition === null) throw isOver(verificationId);
  const source = await openSource(
    definition,
    connections,
    backfill?.source_columns ?? null,
  );
  const destination = openDestination(
    { batchExportId, definition },
    { ...connections, filesRoot: config.filesRoot },
  );
  return {
    ...{ dependencies, verification, batchExportId, definition },
    ...{ source, destination, signal },
    output: runOutputOf(definition),
    close: async () => {
      await source.close();
      await destination.close();
    },
  };
}

/** Nobody waits for it any more, so it is not tried again. */
export function isOver(verificationId: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `Verification ${verificationId} is over, or another worker has moved it on: nothing was written`,
    "FENCED_OFF",
  );
}
