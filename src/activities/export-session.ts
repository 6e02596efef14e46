import type { Pool } from "pg";
import type { ExportRunsInput } from "../contract/activities.js";
import type { BatchExportDefinition } from "../definition/definition.js";
import { openDestination } from "../operations/open-destination.js";
import { openSource } from "../operations/open-source.js";
import { addWarning } from "../store/add-warning.js";
import { type BackfillRow, findBackfill } from "../store/backfill-row.js";
import { findPinnedDefinition } from "../store/batch-exports.js";
import type { Destination } from "../transfer/destination.js";
import { type RunOutput, runOutputOf } from "../transfer/run-output.js";
import type { Source, SourceColumn } from "../transfer/source.js";
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
  readonly #planned: readonly SourceColumn[] | null;
  #source: Source | null = null;

  private constructor(options: SessionOptions & Pinned) {
    this.dependencies = options.dependencies;
    this.input = options.input;
    this.signal = options.signal;
    this.definition = options.definition;
    this.batchExportId = options.batchExportId;
    this.output = runOutputOf(options.definition);
    this.#planned = options.planned;
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
    if (this.#source !== null) return this.#source;
    const { connections } = this.dependencies;
    this.#source = await openSource(
      this.definition,
      connections,
      this.#planned,
    );
    await this.#tellAddedColumns(this.#source);
    return this.#source;
  }

  /** The plan's columns alone are exported, so that all runs have the same: that others came is said once. */
  async #tellAddedColumns(source: Source): Promise<void> {
    const added = await source.addedColumns(this.signal);
    if (added.length === 0) return;
    const { backfillId } = this.input;
    const warning = `Columns were added to the source after the plan was made, and are not exported: ${added.join(", ")}. A new backfill exports them.`;
    await this.ledger((pool) => addWarning(pool, { backfillId, warning }));
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
  readonly planned: readonly SourceColumn[] | null;
}

async function pinnedBy(pool: Pool, row: BackfillRow): Promise<Pinned | null> {
  const batchExportId = row.batch_export_id;
  const definition = await findPinnedDefinition(pool, {
    batchExportId,
    version: row.definition_version,
  });
  return definition === null
    ? null
    : { batchExportId, definition, planned: row.source_columns };
}
