import type { Fence } from "../../contract/activities.js";
import type { Queryable } from "../database/queryable.js";
import { affectsOne, readRow, readRows } from "../database/run-statement.js";
import { json, type Sql, sql } from "../database/sql.js";
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
  return affectsOne(
    db,
    sql`
      with seen as (
        select id, source_columns from refill.backfill
        where id = ${input.backfillId} and generation = ${input.generation}
          and definition_version = ${input.from} and planned_at is not null
        for no key update
      ), kept as (
        insert into refill.replaced_pin (backfill_id, definition_version, source_columns)
        select id, ${input.from}, source_columns from seen
      )
      update refill.backfill b set
        definition_version = ${input.to}, repinned_from = coalesce(b.repinned_from, ${input.from}),
        source_columns = null, last_updated_at = now()
      from seen
      where b.id = seen.id`,
  );
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
  const row = await readRow(
    db,
    sql<{ source_columns: readonly StoredColumn[] | null }>`
      update refill.backfill set source_columns = coalesce(source_columns, ${json(input.found)})
      where id = ${input.backfillId} and definition_version = ${input.version}
      returning source_columns`,
  );
  return row?.source_columns ?? null;
}

/** Every definition that a backfill's runs were exported under. */
export async function listPins(
  db: Queryable,
  backfillId: string,
): Promise<readonly Pin[]> {
  return readRows(
    db,
    sql<Pin>`
      select definition_version as version, source_columns as columns from refill.backfill where id = ${backfillId}
      union all
      select definition_version, source_columns from refill.replaced_pin where backfill_id = ${backfillId}
      order by version`,
  );
}

/** The version of the definition that a run is exported under, whose backfill, where it has one, is `b`. */
export function versionOfRun(run: Sql): Sql {
  return sql`coalesce(${run}.definition_version, b.repinned_from, b.definition_version)`;
}
