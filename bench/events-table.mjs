import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A table of events, one every `every`, and a batch export of it by `interval`. */
export async function createEvents(installation, options) {
  const { name, start, end, every, interval } = options;
  const { database, dataDir, refill } = installation;
  await database.query(
    `create table public.${name} as
     select n as id, at, 'event ' || n as name
     from generate_series($1::timestamptz, $2::timestamptz - interval '1 second', $3::interval)
       with ordinality as series (at, n)`,
    [start, end, every],
  );
  await database.query(`create index on public.${name} (at)`);
  await database.query(`analyze public.${name}`);
  const file = join(dataDir, `${name}.json`);
  await writeFile(
    file,
    JSON.stringify({
      name,
      team: 1,
      interval,
      source: {
        type: "postgres",
        connection: "default",
        table: `public.${name}`,
        timestamp_column: "at",
      },
      destination: {
        type: "files",
        path: name,
        key: "{year}/{month}/{day}/{data_interval_start}-{data_interval_end}",
      },
      format: { type: "jsonl", compression: "none" },
    }),
  );
  await refill("export", "create", file);
}
