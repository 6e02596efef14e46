import { jest } from "@jest/globals";
import type { Pool } from "pg";
import { Sql } from "../../../../src/store/database/sql.js";
import { describeStatement, type Description } from "./describe-statement.js";
import type { LedgerTypes } from "./ledger-types.js";

/** A statement that was to be run, and what Postgres says of it. */
export interface Recorded {
  readonly statement: Sql;
  readonly text: string;
  readonly description: Description;
}

/**
 * A connection that runs nothing: it has Postgres prepare each statement, keeps what Postgres says of it, and answers with
 * one made-up row, or with none.
 */
export class Recorder {
  readonly recorded: Recorded[] = [];
  /** Whether statements that return rows are answered with one. */
  hasRows = true;
  readonly #pool: Pool;
  readonly #types: LedgerTypes;
  readonly #toQuery = jest.spyOn(Sql.prototype, "toQuery");
  readonly #descriptions = new Map<string, Description>();

  constructor(pool: Pool, types: LedgerTypes) {
    this.#pool = pool;
    this.#types = types;
  }

  /** In the place of a pool, and of a client. */
  readonly connection = {
    query: (statement: string | { readonly text: string }) =>
      typeof statement === "string"
        ? Promise.resolve({ command: statement.toUpperCase() })
        : this.#answer(statement),
    connect: () => Promise.resolve(this.connection),
    release: () => undefined,
  };

  async #answer(query: { readonly text: string }) {
    const { mock } = this.#toQuery;
    const made = mock.results.findLastIndex(({ value }) => value === query);
    const statement = mock.contexts[made];
    if (!(statement instanceof Sql)) {
      throw new Error("Statements are made by toQuery");
    }
    const description = await this.#describe(query.text);
    this.recorded.push({ statement, text: query.text, description });
    if (!this.hasRows) return { rows: [], rowCount: 0 };
    const values = description.columns.map(
      ({ name, dataTypeID }) =>
        [name, this.#types.sampleOf(dataTypeID)] as const,
    );
    return { rows: [Object.fromEntries(values)], rowCount: 1 };
  }

  async #describe(text: string): Promise<Description> {
    const known = this.#descriptions.get(text);
    if (known !== undefined) return known;
    const description = await describeStatement(this.#pool, text);
    this.#descriptions.set(text, description);
    return description;
  }
}
