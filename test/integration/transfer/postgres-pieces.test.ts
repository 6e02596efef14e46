import { beforeAll, describe, expect, test } from "@jest/globals";
import type { RowEncoding } from "../../../src/transfer/source.js";
import { interval, never, postgresFixture } from "./postgres-fixture.js";

const postgres = postgresFixture();
const day = interval("2001-02-03T00:00:00Z", "2001-02-04T00:00:00Z");
const copyText: RowEncoding = { kind: "copy-text" };

beforeAll(() =>
  postgres.run(`
    create table ticks (at timestamptz, n int, filler text);
    -- On every boundary of quarters, just before it and just after it, and enough to be more than one piece of the wire.
    insert into ticks select timestamptz '2001-02-03Z' + n * interval '6 hours' + d * interval '1 microsecond', n * 3 + d, repeat('x', 100000)
    from generate_series(0, 4) n, generate_series(-1, 1) d;
    insert into ticks select timestamptz '2001-02-03Z' + n * interval '1 minute', 100 + n, repeat('x', 1000) from generate_series(1, 1000) n;`),
);

async function numbersOf(pieces: number, encoding = copyText) {
  const rows = postgres
    .open({ table: "ticks", columns: ["n"] })
    .rows({ interval: day, encoding, label: "test", pieces }, never);
  const parts: Uint8Array[] = [];
  for await (const { bytes } of rows) parts.push(Buffer.from(bytes));
  const text = Buffer.concat(parts).toString();
  return { records: rows.records, n: text.split("\n").slice(0, -1).sort() };
}

describe("rows that are read in several statements", () => {
  test("are those of one, each of them once", async () => {
    const whole = await numbersOf(1);
    expect(whole.records).toBe(1_012);
    for (const pieces of [2, 4, 16, 1_024]) {
      expect(await numbersOf(pieces)).toEqual(whole);
    }
  });

  test("see one snapshot: what is committed meanwhile is in none of them", async () => {
    const rows = postgres
      .open({ table: "ticks" })
      .rows(
        { interval: day, encoding: copyText, label: "test", pieces: 4 },
        never,
      );
    const iterator = rows[Symbol.asyncIterator]();
    await iterator.next();
    await postgres.run(
      "insert into ticks values ('2001-02-03 23:00Z', -1, 'late'); delete from ticks where at >= '2001-02-03 22:00Z'",
    );
    while ((await iterator.next()).done !== true);
    expect(rows.records).toBe(1_012);
  });

  test("are not gone on with in another session", async () => {
    const rows = postgres
      .open({ table: "ticks" })
      .rows(
        { interval: day, encoding: copyText, label: "cut", pieces: 4 },
        never,
      );
    const read = async () => {
      for await (const chunk of rows) {
        expect(chunk.rows).toBeGreaterThan(0);
        await postgres.run(
          "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'refill cut'",
        );
      }
    };
    await expect(read()).rejects.toMatchObject({
      code: "SOURCE_UNAVAILABLE",
      retryable: true,
    });
  });
});
