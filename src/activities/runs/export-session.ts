import type { Pool } from "pg";
import type { BatchExportDefinition } from "../../definition/definition.js";
import type { Queryable } from "../../store/database/queryable.js";
import type { CappedPlace } from "../../store/runs/capped-place.js";
import type { Destination } from "../../transfer/destination.js";
import { openDestination } from "../../transfer/open-destination.js";
import { openSource } from "../../transfer/open-source.js";
import { type RunOutput, runOutputOf } from "../../transfer/run-output.js";
import type { Source, SourceColumn } from "../../transfer/source.js";
import type { ActivityDependencies } from "../dependencies.js";
import { untilLedgerAnswers } from "../ledger-retry.js";

/** What runs of one definition share: the pinned definition, one connection to the source, the destination. */
export class ExportSession {
  readonly dependencies: ActivityDependencies;
  readonly signal: AbortSignal;
  readonly definition: BatchExportDefinition;
  readonly definitionVersion: number;
  readonly batchExportId: string;
  readonly output: RunOutput;
  readonly destination: Destination;
  readonly #pinned: Pinned;
  #source: Source | null = null;

  constructor({ dependencies, signal, pinned }: SessionOptions) {
    this.dependencies = dependencies;
    this.signal = signal;
    this.definition = pinned.definition;
    this.definitionVersion = pinned.version;
    this.batchExportId = pinned.batchExportId;
    this.output = runOutputOf(pinned.definition);
    this.#pinned = pinned;
    const { connections, config } = dependencies;
    this.destination = openDestination(pinned, {
      ...connections,
      filesRoot: config.filesRoot,
    });
  }

  /** Where its runs need a slot beside that of their window; null where any number may be at work. */
  get place(): CappedPlace | null {
    const maxRuns = this.definition.destination.max_concurrent_runs ?? null;
    if (maxRuns === null) return null;
    return { identity: this.destination.identity, maxRuns };
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
      await this.#columns(),
    );
    await this.#tellAddedColumns(this.#source);
    return this.#source;
  }

  /** What all runs under the definition have; null: whatever the source has. */
  async #columns(): Promise<readonly SourceColumn[] | null> {
    const { planned, keepColumns } = this.#pinned;
    if (planned !== null || keepColumns === null) return planned;
    const { connections } = this.dependencies;
    const source = await openSource(this.definition, connections);
    try {
      const { columns } = await source.inspect(this.signal);
      return await this.ledger((pool) => keepColumns(pool, columns));
    } finally {
      await source.close();
    }
  }

  /** The plan's columns alone are exported, so that all runs have the same: that others came is said once. */
  async #tellAddedColumns(source: Source): Promise<void> {
    const added = await source.addedColumns(this.signal);
    if (added.length === 0) return;
    const warning = `Columns were added to the source after the plan was made, and are not exported: ${added.join(", ")}. A new backfill exports them.`;
    await this.ledger((pool) => this.#pinned.warn(pool, warning));
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
  readonly signal: AbortSignal;
  readonly pinned: Pinned;
}

/** What the runs were planned with. */
export interface Pinned {
  readonly batchExportId: string;
  readonly definition: BatchExportDefinition;
  readonly version: number;
  /** The columns that the plan found; null: not known. */
  readonly planned: readonly SourceColumn[] | null;
  /** Makes the columns that were found first those of all runs, and answers them; null: each run has what there is. */
  readonly keepColumns:
    | ((
        db: Queryable,
        found: readonly SourceColumn[],
      ) => Promise<readonly SourceColumn[]>)
    | null;
  /** Says something once of whom the runs belong to. */
  readonly warn: (db: Queryable, warning: string) => Promise<void>;
}
