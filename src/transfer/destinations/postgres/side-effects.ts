import type { TargetSession } from "./target-session.js";

/**
 * What else would change if rows of a table were deleted and inserted: foreign keys of other tables that follow a delete,
 * and rules that put something else in its place. One text for each; none for most tables.
 */
export async function readSideEffects(
  session: TargetSession,
  oid: number,
): Promise<readonly string[]> {
  const { rows } = await session.query<{ text: string }>(
    `with affected as (
       select $1::oid as oid
       union select relid from pg_catalog.pg_partition_tree($1)
       union select relid from pg_catalog.pg_partition_ancestors($1)
     )
     select distinct format(
       'rows of %I.%I refer to it with ON DELETE %s, so replacing an interval would change them', n.nspname, c.relname,
       case f.confdeltype when 'c' then 'CASCADE' when 'n' then 'SET NULL' else 'SET DEFAULT' end
     ) as text
     from pg_catalog.pg_constraint f
     join pg_catalog.pg_class c on c.oid = f.conrelid
     join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where f.contype = 'f' and f.confdeltype in ('c', 'n', 'd') and f.confrelid in (select oid from affected)
       and not c.relispartition
     union
     select format('its rule %I does something else instead of %s', r.rulename, case r.ev_type when '3' then 'an INSERT' else 'a DELETE' end)
     from pg_catalog.pg_rewrite r
     where r.ev_class = $1 and r.ev_type in ('3', '4') and r.is_instead
     order by 1`,
    [oid],
  );
  return rows.map(({ text }) => text);
}
