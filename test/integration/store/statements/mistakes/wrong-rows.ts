import type { Queryable } from "../../../../../src/store/database/queryable.js";
import {
  execute,
  readRows,
} from "../../../../../src/store/database/run-statement.js";
import {
  matches,
  type Sql,
  sql,
} from "../../../../../src/store/database/sql.js";

/** Its type has another name than the column. */
export function renamed(db: Queryable) {
  return readRows(
    db,
    sql<{ export_name: string }>`select name from refill.batch_export`,
  );
}

/** Its type has a column that the statement does not select. */
export function dropped(db: Queryable) {
  return readRows(
    db,
    sql<{ id: string; team: number }>`select id from refill.batch_export`,
  );
}

/** The pool reads a bigint as a bigint, and a uuid as text. */
export function retyped(db: Queryable) {
  return readRows(
    db,
    sql<{ id: number; token: number; team: number; scopes: string }>`
      select k.id, c.token, k.team, k.scopes
      from refill.api_key k cross join refill.interval_claim c`,
  );
}

/** The column may be null, and a message is not an object. */
export function neverNull(db: Queryable) {
  return readRows(
    db,
    sql<{ deleted_at: string; latest_error: string }>`
      select e.deleted_at, r.latest_error
      from refill.batch_export e cross join refill.run r`,
  );
}

/** One of its filters names no column. */
export function misspelt(db: Queryable, team: number | null) {
  return execute(
    db,
    sql`select 1 from refill.batch_export where ${matches(sql`teem`, team)}`,
  );
}

/** Nothing says with what it may be called. */
export function handed(db: Queryable, part: Sql) {
  return execute(db, sql`delete from refill.run where ${part} and id is null`);
}
