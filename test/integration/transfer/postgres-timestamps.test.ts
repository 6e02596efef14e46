import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Source } from "../../../src/transfer/source.js";
import {
  copyText,
  interval,
  never,
  postgresFixture,
  readObjects,
} from "./postgres-fixture.js";

const postgres = postgresFixture();

/** The zone's clock changes in the middle of the days. */
const changes: readonly (readonly [zone: string, around: string])[] = [
  ["America/New_York", "2001-04-01"], // an hour skipped
  ["America/New_York", "2001-10-28"], // an hour twice
  ["Australia/Lord_Howe", "2001-03-25"], // half an hour twice
  ["America/Sao_Paulo", "2001-10-14"], // a midnight skipped
  ["Pacific/Apia", "2011-12-30"], // a day skipped
  ["Pacific/Kwajalein", "1993-08-21"], // a day skipped, by -12 to +12
  ["Asia/Manila", "1844-12-31"], // a day skipped, from local mean time
  ["America/Juneau", "1867-10-18"], // a day twice
  ["Europe/Dublin", "2001-10-28"],
  ["Asia/Kathmandu", "1986-01-01"], // a quarter of an hour skipped
];

describe("a timestamp without a time zone", () => {
  test.each(changes)(
    "is in exactly one interval, the one that the server's own conversion says: %s around %s",
    async (zone, around) => {
      const table = await localTable(zone, around);
      const expected = await postgres.run(`
        select floor((extract(epoch from (at at time zone '${zone}')) - extract(epoch from timestamptz '${around} 00:00Z' - interval '3 days')) / 1800)::int as index,
          count(*)::int as records
        from ${table} group by 1 order by 1`);
      const source = postgres.open({ table, timestamp_timezone: zone });
      const counts = await halfHourCounts(source, Date.parse(around));
      expect(counts).toEqual(expected);
      expect(await histogramCounts(source, Date.parse(around))).toEqual(
        expected,
      );
    },
  );

  test.each(changes)(
    "has its earliest instant found, also within a repeated hour: %s around %s",
    async (zone, around) => {
      const table = await localTable(zone, around);
      const source = postgres.open({ table, timestamp_timezone: zone });
      for (let half = -40; half <= 40; half += 1) {
        const startMs = Date.parse(around) + half * 1_800_000;
        const endMs = startMs + 86_400_000;
        const [expected] = await postgres.run(`
          select (extract(epoch from min(at at time zone '${zone}')) * 1000)::float8 as ms from ${table}
          where at at time zone '${zone}' >= to_timestamp(${startMs} / 1000.0) and at at time zone '${zone}' < to_timestamp(${endMs} / 1000.0)`);
        expect(await source.earliest({ startMs, endMs }, never)).toBe(
          expected?.["ms"],
        );
      }
    },
  );

  test("is refused without timestamp_timezone, with what to add", async () => {
    await postgres.run("create table naive (at timestamp)");
    await expect(
      postgres.open({ table: "naive" }).inspect(never),
    ).rejects.toMatchObject({
      code: "SOURCE_TIMESTAMP_INVALID",
      message: expect.stringContaining("timestamp_timezone: UTC"),
    });
  });

  test("is refused with a zone that the server does not know", async () => {
    await postgres.run("create table lost (at timestamp)");
    const source = postgres.open({
      table: "lost",
      timestamp_timezone: "Mars/Olympus",
    });
    await expect(source.inspect(never)).rejects.toMatchObject({
      code: "SOURCE_TIMESTAMP_INVALID",
      message: expect.stringContaining("Mars/Olympus"),
    });
  });
});

describe("a date", () => {
  beforeAll(() =>
    postgres.run(`
      create table days (at date);
      insert into days select date '2001-03-30' + i from generate_series(0, 5) i;
      insert into days values ('infinity'), ('-infinity'), (null);`),
  );

  test("begins at midnight of the export's zone", async () => {
    const source = postgres.open(
      { table: "days" },
      { exportTimeZone: "America/New_York" },
    );
    const of = interval("2001-04-01T05:00:00Z", "2001-04-02T04:00:00Z"); // 23 hours
    expect(await readObjects(source, of)).toEqual([{ at: "2001-04-01" }]);
    expect(
      await source.earliest({ startMs: null, endMs: of.endMs }, never),
    ).toBe(Date.parse("2001-03-30T05:00:00Z"));
  });

  test("begins at midnight of timestamp_timezone where there is one", async () => {
    const source = postgres.open(
      { table: "days", timestamp_timezone: "Asia/Tokyo" },
      { exportTimeZone: "America/New_York" },
    );
    const of = interval("2001-03-31T15:00:00Z", "2001-04-01T15:00:00Z");
    expect(await readObjects(source, of)).toEqual([{ at: "2001-04-01" }]);
  });
});

describe("a timestamp with time zone", () => {
  test("belongs to the interval that begins with it, to the microsecond", async () => {
    await postgres.run(`
      create table edges (at timestamptz, name text);
      insert into edges values
        ('2001-03-01 00:00:00Z', 'start'), ('2001-03-01 23:59:59.999999Z', 'last'),
        ('2001-02-28 23:59:59.999999Z', 'before'), ('2001-03-02 00:00:00Z', 'after')`);
    const of = interval("2001-03-01T00:00:00Z", "2001-03-02T00:00:00Z");
    const rows = await readObjects(postgres.open({ table: "edges" }), of);
    expect(rows.map((row) => row["name"])).toEqual(["start", "last"]);
  });

  test("may lie before Christ, and infinite ones are in no interval", async () => {
    await postgres.run(`
      create table ancient (at timestamptz);
      insert into ancient values ('0044-03-15 11:00:00.0005Z BC'), ('infinity'), ('-infinity'), ('2001-01-01Z')`);
    const source = postgres.open({ table: "ancient" });
    const earliest = await source.earliest(
      { startMs: null, endMs: Date.UTC(9999, 0) },
      never,
    );
    expect(earliest).toBe(Date.parse("-000043-03-15T11:00:00.000Z"));
    const of = { startMs: earliest ?? 0, endMs: Date.UTC(9999, 0) };
    expect(await readObjects(source, of)).toHaveLength(2);
  });

  test("may be a domain's", async () => {
    await postgres.run(`
      create domain moment as timestamptz;
      create table moments (at moment);
      insert into moments values ('2001-03-01Z')`);
    const rows = await readObjects(postgres.open({ table: "moments" }));
    expect(rows).toHaveLength(1);
  });

  test("makes timestamp_timezone of no use, which a warning says", async () => {
    await postgres.run(
      "create table zoned (at timestamptz); create index on zoned (at)",
    );
    const source = postgres.open({
      table: "zoned",
      timestamp_timezone: "Asia/Tokyo",
    });
    expect((await source.inspect(never)).warnings).toEqual([
      "timestamp_timezone is not used: at is a timestamp with time zone.",
    ]);
  });

  test.each(["text", "int8", "time", "jsonb"])(
    "cannot be a column of type %s",
    async (type) => {
      await postgres.run(`create table of_${type} (at ${type})`);
      await expect(
        postgres.open({ table: `of_${type}` }).inspect(never),
      ).rejects.toMatchObject({ code: "SOURCE_TIMESTAMP_INVALID" });
    },
  );
});

const halfHourMs = 1_800_000;
const halfHours = 6 * 48;

/** A row every seven minutes, and on every half hour, from two days before to two days after. */
async function localTable(zone: string, around: string): Promise<string> {
  const table = `local_${zone}_${around}`.toLowerCase().replaceAll(/\W/g, "_");
  await postgres.run(`
    create table if not exists ${table} (at timestamp);
    truncate ${table};
    insert into ${table}
      select generate_series(timestamp '${around}' - interval '2 days', timestamp '${around}' + interval '2 days', interval '7 minutes')
      union all
      select generate_series(timestamp '${around}' - interval '2 days', timestamp '${around}' + interval '2 days', interval '30 minutes')`);
  return table;
}

interface Count {
  readonly index: number;
  readonly records: number;
}

async function halfHourCounts(
  source: Source,
  aroundMs: number,
): Promise<Count[]> {
  const counts: Count[] = [];
  for (let index = 0; index < halfHours; index += 1) {
    const startMs = aroundMs - 3 * 86_400_000 + index * halfHourMs;
    const request = {
      interval: { startMs, endMs: startMs + halfHourMs },
      encoding: copyText,
      label: "test",
    };
    const rows = source.rows(request, never);
    for await (const chunk of rows) expect(chunk.rows).toBeGreaterThan(0);
    if (rows.records > 0) counts.push({ index, records: rows.records });
  }
  return counts;
}

async function histogramCounts(
  source: Source,
  aroundMs: number,
): Promise<Count[]> {
  const startMs = aroundMs - 3 * 86_400_000;
  const histogram = await source.histogram(
    {
      boundaries: () => [],
      intervals: halfHours,
      range: { startMs, endMs: startMs + halfHours * halfHourMs },
      fixedLengthMs: halfHourMs,
      limitMs: 60_000,
    },
    never,
  );
  const counts: Count[] = [];
  if (histogram.kind === "exact") {
    for await (const entry of histogram.counts) counts.push(entry);
  }
  return counts;
}
