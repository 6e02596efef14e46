const startMs = Date.UTC(2001, 0, 1);
const everyMs = 5_000;
const wideColumns = 200;

/**
 * Tables of rows that lie 5 s apart: events with about 560 bytes of jsonb, without it, with NULL in nearly all fields, and
 * 200 narrow columns in a tenth of the rows.
 */
export async function createTables(database, rows) {
  const events = await createEventTables(database, rows);
  await database.query(`
    create table bench_nulls as select at, ${nullColumns} from bench_narrow`);
  await database.query(`
    create table bench_wide as select at, ${manyColumns}
    from bench_narrow where id < ${rows / 10}`);
  for (const table of ["bench_nulls", "bench_wide"]) {
    await index(database, table);
  }
  return {
    bench_events: { rows, interval: events },
    bench_narrow: { rows, interval: events },
    bench_nulls: { rows, interval: events },
    bench_wide: { rows: rows / 10, interval: events },
  };
}

/** Events with jsonb and without. @returns the interval that holds them all */
export async function createEventTables(database, rows) {
  await database.query(`
    create table bench_events as
    select timestamptz '2001-01-01Z' + i * interval '5 seconds' as at, i as id,
      ('00000000-0000-0000-0000-' || lpad(to_hex(i % 50000), 12, '0'))::uuid as person,
      (array['pageview', 'click', 'signup', 'purchase', 'search'])[1 + i % 5] as event,
      i % 300 as team, 1.5 * i as score, ${properties} as properties
    from generate_series(0, ${rows - 1}) as series (i)`);
  await database.query(`
    create table bench_narrow as select at, id, person, event, team, score::float8 as score from bench_events`);
  for (const table of ["bench_events", "bench_narrow"]) {
    await index(database, table);
  }
  return { startMs, endMs: startMs + rows * everyMs };
}

async function index(database, table) {
  await database.query(`create index on ${table} (at)`);
  await database.query(`vacuum analyze ${table}`);
}

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
