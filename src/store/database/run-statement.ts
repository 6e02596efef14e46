import type { Queryable } from "./queryable.js";
import type { Sql } from "./sql.js";

/** Runs a statement for its rows. */
export async function readRows<Row extends object>(
  db: Queryable,
  statement: Sql<Row>,
): Promise<readonly Row[]> {
  const { rows } = await db.query<Row>(statement.toQuery());
  return rows;
}

/** Runs a statement for its first row; null where it returns none. */
export async function readRow<Row extends object>(
  db: Queryable,
  statement: Sql<Row>,
): Promise<Row | null> {
  const [row] = await readRows(db, statement);
  return row ?? null;
}

/** Runs a statement for its effect, and answers how many rows it changed or found. */
export async function execute(db: Queryable, statement: Sql): Promise<number> {
  const { rowCount } = await db.query(statement.toQuery());
  return rowCount ?? 0;
}

/** Runs a statement for its effect, and answers whether there was the one row that it is for. */
export async function affectsOne(
  db: Queryable,
  statement: Sql,
): Promise<boolean> {
  return (await execute(db, statement)) === 1;
}
