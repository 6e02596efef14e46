import { ApplicationFailure } from "@temporalio/activity";
import type { BatchExportDefinition } from "../../definition/definition.js";
import { isRefillError, RefillError } from "../../domain/errors.js";
import { findBackfill } from "../../store/backfills/backfill-row.js";
import { listPins } from "../../store/backfills/pinned-versions.js";
import { findPinnedDefinition } from "../../store/exports/export-rows.js";
import {
  findVerification,
  type VerificationRow,
} from "../../store/verifications/verification-rows.js";
import type { Destination } from "../../transfer/destination.js";
import { openDestination } from "../../transfer/open-destination.js";
import { openSource } from "../../transfer/open-source.js";
import { type RunOutput, runOutputOf } from "../../transfer/run-output.js";
import type { Source } from "../../transfer/source.js";
import { withoutSecrets } from "../../transfer/without-secrets.js";
import type { ActivityDependencies } from "../dependencies.js";

/** What runs that were exported under one definition are verified with: that definition, its source, its destination. */
export interface PinnedVerification {
  readonly dependencies: ActivityDependencies;
  readonly verification: VerificationRow;
  readonly batchExportId: string;
  readonly definition: BatchExportDefinition;
  readonly output: RunOutput;
  readonly source: Source;
  readonly destination: Destination;
  readonly signal: AbortSignal;
}

/** What one piece of a verification works with. */
export class VerificationSession {
  readonly dependencies: ActivityDependencies;
  readonly verification: VerificationRow;
  readonly signal: AbortSignal;
  readonly #pinned = new Map<number, PinnedVerification>();

  constructor(options: {
    readonly dependencies: ActivityDependencies;
    readonly verification: VerificationRow;
    readonly signal: AbortSignal;
  }) {
    this.dependencies = options.dependencies;
    this.verification = options.verification;
    this.signal = options.signal;
  }

  /** For runs that were exported under this version of the definition. @throws RefillError SECRET_* and SOURCE_* */
  async under(version: number): Promise<PinnedVerification> {
    const known = this.#pinned.get(version);
    if (known !== undefined) return known;
    const { pool } = this.dependencies;
    const { id, backfill_id: backfillId } = this.verification;
    const backfill = await findBackfill(pool, backfillId);
    const batchExportId = backfill?.batch_export_id ?? "";
    const pin = { batchExportId, version };
    const definition = await findPinnedDefinition(pool, pin);
    if (definition === null) throw isOver(id);
    const pins = await listPins(pool, backfillId);
    const columns = pins.find((one) => one.version === version)?.columns;
    const opened = await this.#open(batchExportId, definition, columns ?? null);
    this.#pinned.set(version, opened);
    return opened;
  }

  async #open(
    batchExportId: string,
    definition: BatchExportDefinition,
    columns: Parameters<typeof openSource>[2],
  ): Promise<PinnedVerification> {
    const { dependencies, verification, signal } = this;
    const { connections, config } = dependencies;
    return {
      dependencies,
      verification,
      signal,
      batchExportId,
      definition,
      output: runOutputOf(definition),
      source: await openSource(definition, connections, columns),
      destination: openDestination(
        { batchExportId, definition },
        { ...connections, filesRoot: config.filesRoot },
      ),
    };
  }

  /** What was thrown, as it may go into Temporal's history. */
  async withoutSecrets(error: unknown): Promise<unknown> {
    if (!isRefillError(error)) return error;
    const { connections } = this.dependencies;
    let { message } = error;
    for (const { definition } of this.#pinned.values()) {
      message = await withoutSecrets(message, definition, connections);
    }
    return new RefillError(error.code, message);
  }

  async close(): Promise<void> {
    for (const { source, destination } of this.#pinned.values()) {
      await source.close();
      await destination.close();
    }
  }
}

/** @throws ApplicationFailure when the verification is over */
export async function openVerification(
  dependencies: ActivityDependencies,
  verificationId: string,
  signal: AbortSignal,
): Promise<VerificationSession> {
  const verification = await findVerification(
    dependencies.pool,
    verificationId,
  );
  if (verification?.finished_at !== null) throw isOver(verificationId);
  return new VerificationSession({ dependencies, verification, signal });
}

/** Nobody waits for it any more, so it is not tried again. */
export function isOver(verificationId: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `Verification ${verificationId} is over, or another worker has moved it on: nothing was written`,
    "FENCED_OFF",
  );
}
