import type { Pool } from "pg";
import type { ExportRunsInput } from "../contract/activities.js";
import type { BatchExportDefinition } from "../definition/definition.js";
import { openSource } from "../operations/open-source.js";
import { type BackfillRow, findBackfill } from "../store/backfill-row.js";
import { findPinnedDefinition } from "../store/batch-exports.js";
import type { Destination } from "../transfer/destination.js";
import { createDestination } from "../transfer/destinations/destination-registry.js";
import type { Format } from "../transfer/format.js";
import { createFormat } from "../transfer/formats/format-registry.js";
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
  readonly format: Format;
  readonly destination: Destination;
  #source: Source | null = null;

  private constructor(
    options: SessionOptions & { readonly definition: BatchExportDefinition },
  ) {
    this.dependencies = options.dependencies;
    this.input = options.input;
    this.signal = options.signal;
    this.definition = options.definition;
    this.format = createFormat(options.definition.format);
    this.destination = createDestination({
      definition: options.definition.destination,
      filesRoot: options.dependencies.config.filesRoot,
    });
  }

  /** @throws ApplicationFailure FENCED_OFF when the backfill is closed, or of another generation */
  static async open(options: SessionOptions): Promise<ExportSession> {
    const { input, dependencies, signal } = options;
    const definition = await untilLedgerAnswers(async () => {
      const row = await findBackfill(dependencies.pool, input.backfillId);
      return row?.generation === input.generation
        ? pinnedDefinition(dependencies.pool, row)
        : null;
    }, signal);
    if (definition === null) throw fencedOff(input);
    return new ExportSession({ ...options, definition });
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
  }
}

interface SessionOptions {
  readonly dependencies: ActivityDependencies;
  readonly input: ExportRunsInput;
  readonly signal: AbortSignal;
}

function pinnedDefinition(
  pool: Pool,
  row: BackfillRow,
): Promise<BatchExportDefinition | null> {
  return findPinnedDefinition(pool, {
    batchExportId: row.batch_export_id,
    version: row.definition_version,
  });
}
