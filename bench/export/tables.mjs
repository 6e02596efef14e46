const startMs = Date.UTC(2001, 0, 1);
const everyMs = 5_000;
const wideColumns = 200;

/** The tables, by name: events with about 560 bytes of jsonb, without it, with NULL in nearly all fields, and 200 narrow columns. */
export const tableNames = [
  "bench_events",
  "bench_narrow",
  "bench_nulls",
  "bench_wide",
];

/** Makes some of the tables, of rows that lie 5 s apart; the wide one has a tenth of the rows. */
export async function createTables(database, rows, names) {
  const interval = intervalOf(rows);
  const tables = {
    bench_events: { rows, interval },
    bench_narrow: { rows, interval },
    bench_nulls: { rows, interval },
    bench_wide: { rows: rows / 10, interval },
  };
  const statements = {
    bench_events: eventsOf(
      rows,
      `i as id, ${facts}, 1.5 * i as score, ${properties} as properties`,
    ),
    bench_narrow: narrowOf(rows),
    bench_nulls: `select at, ${nullColumns} from (${narrowOf(rows)}) events`,
    bench_wide: `select at, ${manyColumns} from (${narrowOf(rows / 10)}) events`,
  };
  for (const name of names) await create(database, name, statements[name]);
  return Object.fromEntries(names.map((name) => [name, tables[name]]));
}

/** Events with jsonb. @returns the interval that holds them all */
export async function createEventTable(database, rows) {
  const { bench_events: table } = await createTables(database, rows, [
    "bench_events",
  ]);
  return table.interval;
}

function intervalOf(rows) {
  return { startMs, endMs: startMs + rows * everyMs };
}

async function create(database, name, statement) {
  await database.query(`create table ${name} as ${statement}`);
  await database.query(`create index on ${name} (at)`);
  await database.query(`vacuum analyze ${name}`);
}

function eventsOf(rows, columns) {
  return `select timestamptz '2001-01-01Z' + i * interval '5 seconds' as at, ${columns}
    from generate_series(0, ${rows - 1}) as series (i)`;
}

function narrowOf(rows) {
  return eventsOf(rows, `i as id, ${facts}, (1.5 * i)::float8 as score`);
}

const facts = `
  ('00000000-0000-0000-0000-' || lpad(to_hex(i % 50000), 12, '0'))::uuid as person,
  (array['pageview', 'click', 'signup', 'purchase', 'search'])[1 + i % 5] as event,
  i % 300 as team`;

const nullColumns = Array.from({ length: 20 }, (_, n) =>
  n % 2 === 0
    ? `case when id % 50 = ${n} then id end as number_${n}`
    : `case when id % 50 = ${n} then event end as word_${n}`,
).join(", ");

const manyColumns = Array.from({ length: wideColumns }, (_, n) =>
  n % 2 === 0 ? `id + ${n} as number_${n}` : `event || ${n} as word_${n}`,
).join(", ");

const properties = `jsonb_build_object(
  'url', 'https://example.com/' || md5(i::text) || '/' || i % 97, 'browser', (array['Chrome', 'Firefox', 'Safari'])[1 + i % 3],
  'os', (array['Linux', 'Mac OS X', 'Windows'])[1 + i % 3], 'ip', i % 256 || '.' || i * 7::int8 % 256 || '.1.1',
  'session', md5((i / 20)::text), 'amount', (i::int8 * 37 % 100000) / 100.0,
  'tags', jsonb_build_array('alpha' || i % 10, 'bravo' || i % 7, 'charlie'),
  'referrer', 'https://search.example.org/?q=' || md5((i % 1000)::text),
  'utm', jsonb_build_object('source', 'newsletter', 'medium', 'email', 'campaign', 'spring-' || i % 12),
  'screen', jsonb_build_object('width', 1920, 'height', 1080, 'ratio', 1.5), 'lib', 'web', 'version', '1.' || i % 100 || '.0',
  'note', 'the quick brown fox jumps over the lazy dog number ' || i)`;
