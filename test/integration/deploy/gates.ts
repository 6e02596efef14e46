import { Client, type Pool } from "pg";

/** For a definition's `where`: rows from the given instants on are let through once their gates are open. */
export const gatedRows = "public.is_let_through(at)";

export interface Gate {
  open(): Promise<void>;
}

/**
 * Makes a closed gate for each instant: an export of rows from there on waits at its source. Not for a lock, which the
 * exporter's time limit for those would end.
 */
export async function closeGates(
  { pool, databaseUrl }: { readonly pool: Pool; readonly databaseUrl: string },
  instants: readonly string[],
): Promise<readonly Gate[]> {
  const waits = instants.map(
    (instant, n) => `
      while at >= '${instant}' and not pg_try_advisory_lock_shared(70, ${String(n)}) loop
        perform pg_sleep(0.05);
      end loop;
      perform pg_advisory_unlock_shared(70, ${String(n)}) where at >= '${instant}';`,
  );
  await pool.query(`
    create or replace function public.is_let_through(at timestamptz) returns boolean language plpgsql volatile as $$
    begin
      if current_query() ilike 'copy %' then ${waits.join("\n")} end if;
      return true;
    end $$`);
  return Promise.all(
    instants.map(async (_instant, n) => {
      const holder = new Client({ connectionString: databaseUrl });
      holder.on("error", () => undefined);
      await holder.connect();
      await holder.query("select pg_advisory_lock(70, $1)", [n]);
      return { open: () => holder.end() };
    }),
  );
}
