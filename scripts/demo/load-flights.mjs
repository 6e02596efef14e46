import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { asyncBufferFromFile, parquetRead } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { say, timed } from "./say.mjs";

/** By its path: the package exports none of its data files. */
const parquetPath = fileURLToPath(
  new URL(
    "../../node_modules/vega-datasets/data/flights-3m.parquet",
    import.meta.url,
  ),
);

/** All of the file's rows, as the data set's description says. */
const FILE_ROWS = 3_000_000;
const CHUNK_ROWS = 100_000;

/** The table `public.flights`: loaded once, found loaded afterwards. Answers what the database itself counts in it. */
export async function loadFlights(databaseUrl) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // The file's times are each airport's own; here they are read as New York's. The hour that its clocks skip moves on.
    await client.query("set timezone = 'America/New_York'");
    if (await isLoaded(client)) say("the flights are loaded already");
    else await timed("loading 3,000,000 flights of 2001", () => load(client));
    return await countTable(client);
  } finally {
    await client.end();
  }
}

async function isLoaded(client) {
  const { rows } = await client.query(
    "select obj_description(to_regclass('public.flights')) = 'loaded' as loaded",
  );
  return rows[0]?.loaded === true;
}

/** In one transaction: a load that is cut short leaves no table. */
async function load(client) {
  await client.query(`
    begin;
    drop table if exists public.flights;
    create table public.flights (
      departed_at timestamptz not null, delay integer, distance integer, origin text, destination text
    )`);
  const copy = client.query(
    copyFrom(
      "copy public.flights (departed_at, delay, distance, origin, destination) from stdin",
    ),
  );
  await pipeline(Readable.from(lines()), copy);
  await client.query(`
    create index on public.flights (departed_at);
    comment on table public.flights is 'loaded';
    commit`);
  await client.query("analyze public.flights");
}

async function* lines() {
  const file = await asyncBufferFromFile(parquetPath);
  for (let rowStart = 0; rowStart < FILE_ROWS; rowStart += CHUNK_ROWS) {
    const rows = await readRows(file, rowStart);
    yield rows.map((row) => `${row.map(field).join("\t")}\n`).join("");
  }
}

async function readRows(file, rowStart) {
  let rows = [];
  await parquetRead({
    file,
    compressors,
    columns: ["date", "delay", "distance", "origin", "destination"],
    rowStart,
    rowEnd: Math.min(rowStart + CHUNK_ROWS, FILE_ROWS),
    onComplete: (complete) => (rows = complete),
  });
  return rows;
}

/** The first column is a local time that the file stores as if it were UTC. The others COPY takes as they are. */
function field(value, column) {
  if (value === null || value === undefined) return "\\N";
  return column === 0 ? value.toISOString().slice(0, 19) : String(value);
}

async function countTable(client) {
  const { rows } = await client.query(`
    select to_char(departed_at, 'YYYY-MM-DD') as day, count(*)::integer as rows,
      sum(distance)::double precision as distance, sum(delay)::double precision as delay
    from public.flights group by 1 order by 1`);
  return new Map(rows.map(({ day, ...sums }) => [day, sums]));
}
