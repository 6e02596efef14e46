import { RefillError } from "../../../domain/errors.js";
import type { NamedColumn } from "../../column.js";
import { quoteIdentifier } from "../../sources/postgres/quote.js";
import type { TargetSession } from "./target-session.js";
import type { TargetTable } from "./target-table.js";

/** A column of a staging table. */
export interface StagedColumn {
  readonly name: string;
  /** Null: staged in the type of the table's column, which takes every value or refuses it. */
  readonly limit: ColumnLimit | null;
}

/** What Postgres would cut or round in silence. So it is staged in a type that holds it, and measured before it is published. */
interface ColumnLimit {
  readonly stagedAs: "text" | "numeric" | "numeric[]";
  /** The most that is staged, in SQL, as an aggregate over the column. */
  readonly measure: (column: string) => string;
  /** The most that the table's column takes, in SQL. */
  readonly mostSql: string;
  /** What is measured. */
  readonly unit: "characters" | "decimals";
}

/** How the columns are staged, so that nothing of their values is lost on the way. */
export function stagedColumnsOf(
  columns: readonly NamedColumn[],
  { columns: targets }: Pick<TargetTable, "columns">,
): readonly StagedColumn[] {
  return columns.map(({ name, typeName }) => {
    const target = targets.find((one) => one.name === name);
    return { name, limit: limitOf(target?.type ?? "", typeName) };
  });
}

function limitOf(targetType: string, sourceType: string): ColumnLimit | null {
  switch (targetType) {
    case "money":
      return moneyLimit("numeric", (column) => `max(min_scale(${column}))`);
    case "money[]":
      return moneyLimit(
        "numeric[]",
        (column) =>
          `max((select max(min_scale(one)) from unnest(${column}) one))`,
      );
  }
  const most = lengthOf(targetType);
  const longest = lengthOf(sourceType);
  if (most === null || (longest !== null && longest <= most)) return null;
  return {
    stagedAs: "text",
    measure: (column) => `max(length(${column}))`,
    mostSql: String(most),
    unit: "characters",
  };
}

/** Money comes as a number. How many of its decimals a database keeps is its own setting lc_monetary. */
function moneyLimit(
  stagedAs: ColumnLimit["stagedAs"],
  measure: ColumnLimit["measure"],
): ColumnLimit {
  const mostSql = "scale(1::money::numeric)";
  return { stagedAs, measure, mostSql, unit: "decimals" };
}

/** The n of `character varying(n)` and `character(n)`. */
function lengthOf(type: string): number | null {
  const match = /^character(?: varying)?\((\d+)\)$/.exec(type);
  return match === null ? null : Number(match[1]);
}

interface Staging {
  readonly staging: string;
  /** As SQL takes it. */
  readonly table: string;
  readonly columns: readonly StagedColumn[];
}

/** Makes the staging table. Unlogged: a crash empties it, which the count at publishing finds out, and half of the writing is saved. */
export function stagingSql({ staging, table, columns }: Staging): string {
  const selected = columns.map(({ name, limit }) => {
    const quoted = quoteIdentifier(name);
    return limit === null
      ? quoted
      : `${quoted}::${limit.stagedAs} as ${quoted}`;
  });
  return `create unlogged table ${staging} with (autovacuum_enabled = false) as select ${selected.join(", ")} from ${table} with no data`;
}

/** Moves the staged rows to the table. A condition may follow. */
export function insertSql({ staging, table, columns }: Staging): string {
  const names = columns.map(({ name }) => quoteIdentifier(name)).join(", ");
  return `insert into ${table} (${names}) overriding system value select ${names} from ${staging}`;
}

/**
 * Refuses staged values that the table's columns would cut or round.
 * @throws RefillError DESTINATION_DATA_REFUSED
 */
export async function refuseCutValues(
  session: TargetSession,
  { staging, table, columns }: Staging,
): Promise<void> {
  const limited = columns.flatMap(({ name, limit }) =>
    limit === null ? [] : [{ name, ...limit }],
  );
  if (limited.length === 0) return;
  const found = limited.map(({ name, measure }) =>
    measure(quoteIdentifier(name)),
  );
  const most = limited.map(({ mostSql }) => mostSql);
  const { rows } = await session.query<Measured>(
    `select array[${found.join(", ")}] as found, array[${most.join(", ")}] as most from ${staging}`,
  );
  for (const [index, { name, unit }] of limited.entries()) {
    const measured = rows[0]?.found[index] ?? 0;
    const allowed = rows[0]?.most[index] ?? 0;
    if (measured <= allowed) continue;
    throw new RefillError(
      "DESTINATION_DATA_REFUSED",
      `The column ${name} of ${table} takes ${allowed} ${unit}, and a value of this interval has ${measured}${unit === "characters" ? ", blanks at its end included" : ""}. Change the column's type, or cut the value in the export's query.`,
      { details: { column: name, [unit]: measured, most: allowed } },
    );
  }
}

interface Measured {
  readonly found: readonly (number | null)[];
  readonly most: readonly number[];
}
