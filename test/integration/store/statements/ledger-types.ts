import type { FieldDef, Pool } from "pg";
import { valueParsers } from "../../../../src/store/database/value-parsers.js";

/** What a column of a result holds in JavaScript, as `string`, `bigint`, `string[]` or `json`. */
export interface ColumnFacts {
  readonly kind: string;
  /** False as well where Postgres can't tell, as of an expression. */
  readonly isNullable: boolean;
}

/** The driver's typings allow only the types that they list by name. */
const parserOf = valueParsers.getTypeParser as unknown as (
  oid: number,
  format: string,
) => (text: string) => unknown;

const json = [114, 3802];
const boolean = 16;

/** What the ledger's pool makes of the columns of a result. */
export class LedgerTypes {
  readonly #nullable: ReadonlySet<string>;
  readonly #arrays: ReadonlySet<number>;

  private constructor(
    nullable: ReadonlySet<string>,
    arrays: ReadonlySet<number>,
  ) {
    this.#nullable = nullable;
    this.#arrays = arrays;
  }

  static async read(pool: Pool): Promise<LedgerTypes> {
    const nullable = await pool.query<{ column: string }>(
      `select attrelid || '.' || attnum as column from pg_attribute
       join pg_class on pg_class.oid = attrelid
       where relnamespace = 'refill'::regnamespace and not attnotnull`,
    );
    const arrays = await pool.query<{ oid: number }>(
      `select oid from pg_type where typcategory = 'A'`,
    );
    return new LedgerTypes(
      new Set(nullable.rows.map(({ column }) => column)),
      new Set(arrays.rows.map(({ oid }) => oid)),
    );
  }

  factsOf({ dataTypeID, tableID, columnID }: FieldDef): ColumnFacts {
    return {
      kind: json.includes(dataTypeID)
        ? "json"
        : kindOf(this.sampleOf(dataTypeID)),
      isNullable: this.#nullable.has(`${tableID}.${columnID}`),
    };
  }

  /** A value of a type, parsed as the pool parses it. */
  sampleOf(oid: number): unknown {
    const parse = parserOf(oid, "text");
    if (oid === boolean) return parse("t");
    if (json.includes(oid)) return parse("{}");
    return parse(this.#arrays.has(oid) ? "{1}" : "1");
  }
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? `${kindOf(value[0])}[]` : typeof value;
}
