import type { Fence } from "../../contract/activities.js";
import type { Queryable } from "../database/queryable.js";
import type { StoredColumn } from "./backfill-row.js";

/** A definition that a backfill pins, or pinned once. */
export interface Pin {
  readonly version: number;
  /** The columns that its runs have; null: not known yet, or planned before they were recorded. */
  readonly columns: readonly StoredColumn[] | null;
}

/**
 * Makes a planned backfill pin another version of its definition. What columns its source has is for the next run to
 * find. False, and nothing written, when it is of another generation by now, or pins another version than was seen.
 */
export async function replacePin(
  db: Queryable,
  input: Fence & { readonly from: number; readonly to: number },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `with seen as (
       select id, source_columns from refill.backfill
       where id = $1 and generation = $2 and definition_version = $3 and planned_at is not null
       for no key update
     ), kept as (
       insert into refill.replaced_pin (backfill_id, definition_version, source_columns)
       select id, $3, source_columns from seen
     )
     update refill.backfill b set
       definition_version = $4, repinned_from = coalesce(b.repinned_from, $3), source_columns = null,
       last_updated_at = now()
     from seen
     where b.id = seen.id`,
    [input.backfillId, input.generation, input.from, input.to],
  );
  return rowCount === 1;
}

/**
 * Records the columns that the first run under a pin found; answers those that all of its runs have. Null: the backfill
 * pins another version by now.
 */
export async function keepColumns(
  db: Queryable,
  input: {
    readonly backfillId: string;
    readonly version: number;
    readonly found: readonly StoredColumn[];
  },
): Promise<readonly StoredColumn[] | null> {
  const { rows } = await db.query<{
    source_columns: readonly StoredColumn[];
  }>(
    `update refill.backfill set source_columns = coalesce(source_columns, $3)
     where id = $1 and definition_version = $2
     returning source_columns`,
    [input.backfillId, input.version, JSON.stringify(input.found)],
  );
  return rows[0]?.source_columns ?? null;
}

/** Every definition that a backfill's runs were exported under. */
export async function listPins(
  db: Queryable,
  backfillId: string,
): Promise<readonly Pin[]> {
  const { rows } = await db.query<Pin>(
    `select definition_version as version, source_columns as columns from refill.backfill where id = $1
     union all
     select definition_version, source_columns from refill.replaced_pin where backfill_id = $1
     order by version`,
    [backfillId],
  );
  return rows;
}

/** SQL: the version of the definition that a run is exported under, whose backfill, where it has one, is `b`. */
export function versionOfRun(run: string): string {
  return `coalesce(${run}.definition_version, b.repinned_from, b.definition_version)`;
}
