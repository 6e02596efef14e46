import { createHash } from "node:crypto";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { RowStream, Source } from "../../../src/transfer/source.js";
import { ConnectionSlots } from "../../../src/transfer/sources/postgres/connection-slots.js";
import type { PostgresSourceOptions } from "../../../src/transfer/sources/postgres/postgres-source.js";
import {
  all2001,
  copyText,
  never,
  postgresFixture,
} from "./postgres-fixture.js";

const postgres = postgresFixture();
const rowCount = 200_000;
const label = "side-by-side";
const three = { maxStreams: 3 };

// By the planner's figures 80 MB, of which the server sends more than any buffer on the way holds.
beforeAll(() =>
  postgres.run(`
    create table events as
      select timestamptz '2001-01-01Z' + n * interval '2 minutes' as at, n, repeat(md5(n::text), 12) as filler
      from generate_series(0, ${String(rowCount - 1)}) n;
    create index on events (at);
    create table unindexed as select * from events;
    create view seen as select * from events;
    create table parted (like events) partition by range (at);
    create table parted_1 partition of parted for values from ('2001-01-01Z') to ('2001-05-01Z');
    create table parted_2 partition of parted for values from ('2001-05-01Z') to ('2002-01-01Z');
    create index on parted (at);
    insert into parted select * from events;
    analyze events, unindexed, parted;`),
);

function rowsOf(
  source: Source,
  {
    signal = never,
    expectedRecords = null,
    of = all2001,
  }: {
    readonly signal?: AbortSignal;
    readonly expectedRecords?: number | null;
    readonly of?: typeof all2001;
  } = {},
): RowStream {
  return source.rows(
    { interval: of, encoding: copyText, label, expectedRecords },
    signal,
  );
}

function open(
  table: string,
  options: Partial<PostgresSourceOptions> = three,
): Source {
  return postgres.open({ table }, options);
}

/** The sessions that copy rows now, or have sent a piece that its reader, who has paused, did not take yet. */
async function copying(): Promise<number> {
  const [row] = await postgres.run(
    `select count(*)::int as n from pg_stat_activity
     where datname = current_database() and application_name = 'refill ${label}' and state <> 'idle'`,
  );
  return Number(row?.["n"]);
}

/** Until so many sessions copy: a helper takes its time to connect. */
async function untilCopying(sessions: number): Promise<void> {
  while ((await copying()) !== sessions);
}

/** How many there are, and a digest of all of them in the order of their text. */
async function sum(rows: RowStream) {
  const lines: string[] = [];
  let rest = "";
  for await (const { bytes } of rows) {
    const parts = (rest + Buffer.from(bytes).toString()).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
  }
  expect(lines).toHaveLength(rows.records);
  const hash = createHash("sha256").update(lines.sort().join("\n"));
  return { records: rows.records, digest: hash.digest("hex") };
}

async function toTheEnd(iterator: AsyncIterator<unknown>): Promise<void> {
  while ((await iterator.next()).done !== true);
}

describe("a large interval", () => {
  test.each(["events", "parted"])(
    "of %s is read on as many connections as may be, and comes to the same rows",
    async (table) => {
      const alone = await sum(rowsOf(open(table, { maxStreams: 1 })));
      expect(alone.records).toBe(rowCount);
      const rows = rowsOf(open(table));
      const iterator = rows[Symbol.asyncIterator]();
      const first = await iterator.next();
      await untilCopying(3);
      const rest: RowStream = Object.assign(rows, {
        [Symbol.asyncIterator]: async function* () {
          if (first.done !== true) yield first.value;
          yield* { [Symbol.asyncIterator]: () => iterator };
        },
      });
      expect(await sum(rest)).toEqual(alone);
      expect(await copying()).toBe(0);
    },
  );

  test.each([
    ["a table without an index on its timestamp", "unindexed", {}],
    ["a view", "seen", {}],
    [
      "an interval of which few rows are expected",
      "events",
      { expectedRecords: 9_999 },
    ],
    [
      "an interval of few bytes",
      "events",
      { of: { ...all2001, endMs: Date.UTC(2001, 1, 1) } },
    ],
  ])("of %s is one statement", async (_, table, request) => {
    const { of } = request as { of?: typeof all2001 };
    const iterator = rowsOf(open(table), request)[Symbol.asyncIterator]();
    await iterator.next();
    const sessions = await postgres.run(
      "select query from pg_stat_activity where datname = current_database() and application_name like 'refill%'",
    );
    expect(sessions).toHaveLength(1);
    const end = new Date(of?.endMs ?? all2001.endMs).toISOString();
    expect(sessions[0]?.["query"]).toContain(end.slice(0, 10)); // of the interval, not of a piece
    await iterator.return?.();
  });

  test("is read alone where no slot is free, and a helper leaves when one is waited for", async () => {
    const slots = new ConnectionSlots(2);
    const rows = rowsOf(open("events", { slots, maxStreams: 4 }));
    const iterator = rows[Symbol.asyncIterator]();
    await iterator.next();
    await untilCopying(2);
    expect(slots.isAwaited(postgres.url())).toBe(false);
    const other = postgres.open({ table: "events" }, { slots });
    const seen = other.inspect(never).then(() => rows.records);
    await toTheEnd(iterator);
    expect(await seen).toBeLessThan(rowCount);
    expect(rows.records).toBe(rowCount);
  });

  test("is read alone where the server lets nobody export a snapshot", async () => {
    await postgres.run(`
      create role limited login password 'x';
      grant select on events to limited;
      revoke execute on function pg_export_snapshot() from public`);
    const url = new URL(postgres.url());
    url.username = "limited";
    url.password = "x";
    const rows = rowsOf(
      open("events", { ...three, connectionString: url.toString() }),
    );
    const iterator = rows[Symbol.asyncIterator]();
    await iterator.next();
    expect(await copying()).toBe(1);
    await toTheEnd(iterator);
    expect(rows.records).toBe(rowCount);
    await postgres.run(
      "grant execute on function pg_export_snapshot() to public; drop owned by limited; drop role limited",
    );
  });

  test("fails whole when one connection is lost, and leaves none at work", async () => {
    const iterator = rowsOf(open("events"))[Symbol.asyncIterator]();
    await iterator.next();
    await untilCopying(3);
    await postgres.run(
      `select pg_terminate_backend(max(pid)) from pg_stat_activity where datname = current_database() and application_name = 'refill ${label}'`,
    );
    await expect(toTheEnd(iterator)).rejects.toMatchObject({
      code: "SOURCE_UNAVAILABLE",
      retryable: true,
    });
    expect(await copying()).toBe(0);
  });

  test("is given up at once on all connections, for a cancel and for a reader that leaves", async () => {
    const cancel = new AbortController();
    const reason = new Error("cancelled");
    const cancelled = rowsOf(open("events"), { signal: cancel.signal });
    const first = cancelled[Symbol.asyncIterator]();
    await first.next();
    await untilCopying(3);
    cancel.abort(reason);
    await expect(toTheEnd(first)).rejects.toBe(reason);
    expect(await copying()).toBe(0);
    for await (const { rows } of rowsOf(open("events"))) {
      expect(rows).toBeGreaterThan(0);
      await untilCopying(3);
      break;
    }
    expect(await copying()).toBe(0);
  });
});
