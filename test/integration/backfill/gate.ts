import { Client, type Pool } from "pg";

/** For a definition's `where`: lets a plan read at once, and an export only while the gate is open. */
export const gateCondition = "public.gate()";

/** For a definition: the events, behind the gate. */
export const gatedSource = {
  type: "postgres",
  connection: "default",
  table: "public.events",
  timestamp_column: "at",
  where: gateCondition,
} as const;

/** Makes the function behind `gateCondition`. */
export async function createGate(pool: Pool): Promise<void> {
  await pool.query(`
    create function public.gate() returns boolean language plpgsql volatile as $$
    begin
      if current_query() ilike 'copy %' then
        perform pg_advisory_lock_shared(42);
        perform pg_advisory_unlock_shared(42);
      end if;
      return true;
    end $$`);
}

export interface ClosedGate {
  open(): Promise<void>;
}

/** Closes the gate: until it is opened, an export waits in the database as one of a busy source would. */
export async function closeGate(databaseUrl: string): Promise<ClosedGate> {
  const client = new Client({ connectionString: databaseUrl });
  client.on("error", () => undefined);
  await client.connect();
  await client.query("select pg_advisory_lock(42)");
  closed.add(client);
  return {
    open: async () => {
      if (closed.delete(client)) await client.end();
    },
  };
}

const closed = new Set<Client>();

/** Opens what a failed test left closed, so that the tests after it are about themselves. */
export async function openGates(): Promise<void> {
  const left = [...closed];
  closed.clear();
  await Promise.all(left.map((client) => client.end()));
}

/** How many COPY statements the database is at work on. */
export async function runningCopies(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::integer as count from pg_stat_activity
     where datname = current_database() and state = 'active' and query ilike 'copy %'`,
  );
  return rows[0]?.count ?? 0;
}
