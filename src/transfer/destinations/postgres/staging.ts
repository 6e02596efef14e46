import { RefillError } from "../../../domain/errors.js";
import type { NamedColumn } from "../../column.js";
import { quoteIdentifier } from "../../sources/postgres/quote.js";
import type { TargetSession } from "./target-session.js";
import type { TargetTable } from "./target-table.js";

/** A column of a staging table. */
export interface StagedColumn {
  readonly name: string;
  /**
   * The characters that the table's column takes, where the source's values may be longer. Postgres cuts blanks at the end
   * in silence then, so such a column is staged as text and looked at before it is published. Null: nothing is cut.
   */
  readonly cutAfter: number | null;
}

/** How the columns are staged, so that nothing of their values is lost on the way. */
export function stagedColumnsOf(
  columns: readonly NamedColumn[],
  { columns: targets }: Pick<TargetTable, "columns">,
): readonly StagedColumn[] {
  return columns.map(({ name, typeName }) => {
    const target = targets.find((one) => one.name === name);
    const most = lengthOf(target?.type ?? "");
    const longest = lengthOf(typeName);
    const fits = most === null || (longest !== null && longest <= most);
    return { name, cutAfter: fits ? null : most };
  });
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
  const selected = columns.map(({ name, cutAfter }) => {
    const quoted = quoteIdentifier(name);
    return cutAfter === null ? quoted : `${quoted}::text as ${quoted}`;
  });
  return `create unlogged table ${staging} with (autovacuum_enabled = false) as select ${selected.join(", ")} from ${table} with no data`;
}

/** Moves the staged rows to the table. A condition may follow. */
export function insertSql({ staging, table, columns }: Staging): string {
  const names = columns.map(({ name }) => quoteIdentifier(name)).join(", ");
  return `insert into ${table} (${names}) overriding system value select ${names} from ${staging}`;
}

/**
 * Refuses staged values that the table's columns would cut.
 * @throws RefillError DESTINATION_DATA_REFUSED
 */
export async function refuseCutValues(
  session: TargetSession,
  { staging, table, columns }: Staging,
): Promise<void> {
  const cut = columns.filter(({ cutAfter }) => cutAfter !== null);
  if (cut.length === 0) return;
  const longest = cut.map(
    ({ name }) => `max(length(${quoteIdentifier(name)}))`,
  );
  const { rows } = await session.query<{ longest: readonly (number | null)[] }>(
    `select array[${longest.join(", ")}] as longest from ${staging}`,
  );
  for (const [index, { name, cutAfter }] of cut.entries()) {
    const length = rows[0]?.longest[index] ?? 0;
    if (length <= (cutAfter ?? 0)) continue;
    throw new RefillError(
      "DESTINATION_DATA_REFUSED",
      `The column ${name} of ${table} takes ${cutAfter} characters, and a value of this interval has ${length}, blanks at its end included. Widen the column, or cut the value in the export's query.`,
      { details: { column: name, characters: length, most: cutAfter } },
    );
  }
}
