import type { Pool } from "pg";
import type { ExportRunsInput } from "../contract/activities.js";
import type { BatchExportDefinition } from "../definition/definition.js";
import { openDestination } from "../operations/open-destination.js";
import { openSource } from "../operations/open-source.js";
import { type BackfillRow, findBackfill } from "../store/backfill-row.js";
import { findPinnedDefinition } from "../store/batch-exports.js";
import type { Destination } from "../transfer/destination.js";
import { type RunOutput, runOutputOf } from "../transfer/run-output.js";
import type { Source } from "../transfer/source.js";
import { fencedOff } from "./activity-failure.js";
import type { ActivityDependencies } from "./dependencies.js";
import { untilLedgerAnswers } from "./ledger-retry.js";

/** What the runs of one batch share: the pinned definition, one connection to the source, the destination. */
export class ExportSession {
  readonly dependencies: ActivityDependencies;
  readonly input: ExportRunsInput;
  readonly signal: AbortSignal;
  readonly definition: BatchExportDefinition;
  readonly batchExportId: string;
  readonly output: RunOutput;
  readonly destination: Destination;
  #source: Source | null = null;

  private constructor(options: SessionOptions & Pinned) {
    this.dependencies = options.dependencies;
    this.input = options.input;
    this.signal = options.signal;
    this.definition = options.definition;
    this.batchExportId = options.batchExportId;
    this.output = runOutputOf(options.definition);
    const { connections, config } = options.dependencies;
    this.destination = openDestination(options, {
      ...connections,
      filesRoot: config.filesRoot,
    });
  }

  /** @throws ApplicationFailure FENCED_OFF when the backfill is closed, or of another generation */
  static async open(options: SessionOptions): Promise<ExportSession> {
    const { input, dependencies, signal } = options;
    const pinned = await untilLedgerAnswers(async () => {
      const row = await findBackfill(dependencies.pool, input.backfillId);
      return row?.generation === input.generation
        ? pinnedBy(dependencies.pool, row)
        : null;
    }, signal);
    if (pinned === null) throw fencedOff(input);
    return new ExportSession({ ...options, ...pinned });
  }

  /** Asks the ledger, waiting for it where it is away. */
  ledger<T>(statement: (pool: Pool) => Promise<T>): Promise<T> {
    return untilLedgerAnswers(
      () => statement(this.dependencies.pool),
      this.signal,
    );
  }

  /** @throws RefillError SECRET_*, SOURCE_* */
  async source(): Promise<Source> {
    this.#source ??= await openSource(
      this.definition,
      this.dependencies.connections,
    );
    return this.#source;
  }

  /** The next run opens a connection of its own: this one may be what failed. */
  async dropSource(): Promise<void> {
    const source = this.#source;
    this.#source = null;
    await source?.close();
  }

  async close(): Promise<void> {
    await this.dropSource();
    await this.destination.close();
  }
}

interface SessionOptions {
  readonly dependencies: ActivityDependencies;
  readonly input: ExportRunsInput;
  readonly signal: AbortSignal;
}

/** The definition that a backfill was made from. */
interface Pinned {
  readonly batchExportId: string;
  readonly definition: BatchExportDefinition;
}

async function pinnedBy(pool: Pool, row: BackfillRow): Promise<Pinned | null> {
  const batchExportId = row.batch_export_id;
  const definition = await findPinnedDefinition(pool, {
    batchExportId,
    version: row.definition_version,
  });
  return definition === null ? null : { batchExportId, definition };
}
