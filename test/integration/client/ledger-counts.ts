import type { Pool } from "pg";

/** How many rows each table of the ledger has: what a refused request must leave as it was. */
export async function ledgerCounts(pool: Pool): Promise<unknown> {
  const { rows } = await pool.query<Record<string, unknown>>(`
    select
      (select count(*) from refill.batch_export) as exports,
      (select count(*) from refill.batch_export_definition) as definitions,
      (select count(*) from refill.backfill) as backfills,
      (select count(*) from refill.run) as runs,
      (select count(*) from refill.command) as commands`);
  return rows[0];
}
