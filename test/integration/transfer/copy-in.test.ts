import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Client } from "pg";
import { CopyIn } from "../../../src/transfer/destinations/postgres/copy-in.js";
import { createDatabase, type TestDatabase } from "../servers/servers.js";

let database: TestDatabase;
let client: Client;
let holder: Client;

beforeEach(async () => {
  database = await createDatabase();
  client = new Client({ connectionString: database.databaseUrl });
  holder = new Client({ connectionString: database.databaseUrl });
  await Promise.all([client.connect(), holder.connect()]);
  await holder.query(`
    create table public.target (n integer, filling text);
    create function public.waits() returns trigger language plpgsql as $$
    begin
      perform pg_advisory_xact_lock_shared(7);
      return new;
    end $$;
    create trigger waits before insert on public.target for each row execute function public.waits();
    select pg_advisory_lock(7)`);
});

afterEach(async () => {
  await Promise.all([client.end(), holder.end()]);
  await database.drop();
});

/** Enough to fill what the kernel holds of a connection whose other end does not read. */
const chunks = 6_000;
const chunkBytes = 4_096;

test("memory may be used again for the next chunk, though the server does not read yet", async () => {
  const copy = new CopyIn(client, "copy public.target from stdin");
  const memory = Buffer.alloc(chunkBytes);
  let isHeld = true;
  for (let n = 0; n < chunks; n += 1) {
    memory.fill("x");
    memory.write(`${String(n)}\t`);
    memory.write("\n", chunkBytes - 1);
    const written = copy.write(memory);
    if (isHeld && client.connection.stream.writableNeedDrain) {
      await holder.query("select pg_advisory_unlock(7)");
      isHeld = false;
    }
    await written;
  }
  expect(isHeld).toBe(false); // else nothing had to wait
  expect(await copy.finish()).toBe(chunks);
  const { rows } = await holder.query<{ distinct_rows: number }>(
    "select count(distinct n)::integer as distinct_rows from public.target",
  );
  expect(rows[0]?.distinct_rows).toBe(chunks);
});

test("what befell the connection between two chunks is what the next one throws", async () => {
  client.on("error", () => undefined);
  const copy = new CopyIn(client, "copy public.target from stdin");
  await copy.write(Buffer.from("1\tx\n"));
  const ended = new Promise((resolve) => client.once("end", resolve));
  await holder.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'copy public.target%'",
  );
  await ended;
  const away = { code: "DESTINATION_UNAVAILABLE", retryable: true };
  const more = Buffer.from("2\tx\n");
  await expect(copy.write(more)).rejects.toMatchObject(away);
  await expect(copy.finish()).rejects.toMatchObject(away);
});
