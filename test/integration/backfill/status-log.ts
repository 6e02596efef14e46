import { EventEmitter, once } from "node:events";
import { Client, type Pool } from "pg";

const channel = "backfill_status";

/** Makes the test's database write down every status that any backfill ever has, and say so when it is committed. */
export async function createStatusLog(pool: Pool): Promise<void> {
  await pool.query(`
    create table public.status_log (
      n bigint generated always as identity, backfill_id uuid not null, status text not null
    );
    create function public.log_status() returns trigger language plpgsql as $$
    begin
      insert into public.status_log (backfill_id, status) values (new.id, new.status);
      perform pg_notify('${channel}', new.status);
      return null;
    end $$;
    create trigger status_is_logged after insert on refill.backfill
      for each row execute function public.log_status();
    create trigger status_change_is_logged after update of status on refill.backfill
      for each row when (old.status is distinct from new.status) execute function public.log_status();`);
}

/** Every status that a backfill ever had, in order. */
export async function loggedStatuses(
  pool: Pool,
  backfillId: string,
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ status: string }>(
    `select status from public.status_log where backfill_id = $1 order by n`,
    [backfillId],
  );
  return rows.map((row) => row.status);
}

export interface StatusWatch {
  /** Resolves the next time that a backfill comes into the status. */
  next(status: string): Promise<void>;
  end(): Promise<void>;
}

/** Hears of every status within a millisecond of its commit. */
export async function watchStatuses(databaseUrl: string): Promise<StatusWatch> {
  const client = new Client({ connectionString: databaseUrl });
  client.on("error", () => undefined);
  const heard = new EventEmitter();
  client.on("notification", ({ payload }) => heard.emit(payload ?? ""));
  await client.connect();
  await client.query(`listen ${channel}`);
  return {
    next: async (status) => {
      await once(heard, status);
    },
    end: () => client.end(),
  };
}
