/** A destination at which no more than so many runs are to be at work, whoever's they are. */
export interface CappedPlace {
  /** The destination's identity. */
  readonly identity: string;
  readonly maxRuns: number;
}

/** A run's question for a slot of a place, each part of it in SQL. */
interface PlaceQuestion {
  readonly place: string;
  readonly maxRuns: string;
  readonly isLive: "true" | "false" | `$${number}`;
  readonly batchExportId: string;
}

/** The values of `place` and `maxRuns`. Null: as many as like may be at work. */
export function placeValues(
  place: CappedPlace | null,
): readonly [string | null, number] {
  return [place?.identity ?? null, place?.maxRuns ?? 0];
}

/**
 * SQL: the slots that are free for such a run. Of two slots and more, one is kept for the live runs of an export that has
 * a schedule: its backfills can't starve them.
 */
export function freePlaceSlots(of: PlaceQuestion): string {
  return `lateral (
    select free from generate_series(
      case when not ${of.isLive}::boolean and ${of.maxRuns}::integer > 1 and exists (
        select from refill.schedule s where s.batch_export_id = ${of.batchExportId} and s.deleted_at is null
      ) then 1 else 0 end,
      ${of.maxRuns}::integer - 1
    ) free
    where ${of.place}::text is not null and not exists (
      select from refill.run w where w.place = ${of.place} and w.place_slot = free and w.status = 'Running'
    )
  ) free_slots`;
}

/** SQL: whether a run waits for a slot of its place. */
export function placeIsFull(of: PlaceQuestion): string {
  return `(${of.place}::text is not null and not exists (select from ${freePlaceSlots(of)}))`;
}
