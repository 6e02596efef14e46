import { type Parameter, parameter, type Sql, sql } from "../database/sql.js";

/** A destination at which no more than so many runs are to be at work, whoever's they are. */
export interface CappedPlace {
  /** The destination's identity. */
  readonly identity: string;
  readonly maxRuns: number;
}

/** A run's question for a slot of a place, as parts of a statement. */
export interface PlaceQuestion {
  /** Null: as many as like may be at work. */
  readonly identity: Parameter;
  readonly maxRuns: Parameter;
  /** Of a schedule: it may take the slot of a place that is kept for such runs. */
  readonly isLive: Sql;
  readonly batchExportId: Sql;
}

/** The question of one run, whose export the statement knows as `batchExportId`. A null place has room for any number. */
export function placeQuestion(
  place: CappedPlace | null,
  of: { readonly isLive: boolean; readonly batchExportId: Sql },
): PlaceQuestion {
  return {
    identity: parameter(place?.identity ?? null),
    maxRuns: parameter(place?.maxRuns ?? 0),
    isLive: of.isLive ? sql`true` : sql`false`,
    batchExportId: of.batchExportId,
  };
}

/**
 * The slots that are free for such a run. Of two slots and more, one is kept for the live runs of an export that has
 * a schedule: its backfills can't starve them.
 */
export function freePlaceSlots(of: PlaceQuestion): Sql {
  return sql`lateral (
    select free from generate_series(
      case when not ${of.isLive} and ${of.maxRuns}::integer > 1 and exists (
        select from refill.schedule s where s.batch_export_id = ${of.batchExportId} and s.deleted_at is null
      ) then 1 else 0 end,
      ${of.maxRuns}::integer - 1
    ) free
    where ${of.identity}::text is not null and not exists (
      select from refill.run w where w.place = ${of.identity} and w.place_slot = free and w.status = 'Running'
    )
  ) free_slots`;
}

/** Whether a run waits for a slot of its place. */
export function placeIsFull(of: PlaceQuestion): Sql {
  return sql`(${of.identity}::text is not null and not exists (select from ${freePlaceSlots(of)}))`;
}
