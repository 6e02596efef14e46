import { type AddressInfo, createServer } from "node:net";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { RefillError } from "../../../src/domain/errors.js";
import {
  all2001,
  copyText,
  never,
  postgresFixture,
  readText,
} from "./postgres-fixture.js";
import { startProxy } from "./proxy.js";

const postgres = postgresFixture();
const at = "timestamptz '2001-02-03Z' as at";
const endless = `select ${at}, i, repeat('x', 1000) as text from (select generate_series(1, 1000000000) as i) as g`;
const asleep = `select ${at}, pg_sleep(3600)`;

const sessions = (label: string) =>
  postgres.run(`
    select pid, state from pg_stat_activity
    where datname = current_database() and application_name = 'refill ${label}' and pid <> pg_backend_pid()`);

const runs = (query: string, label: string, signal = never) =>
  postgres
    .open({ query })
    .rows({ interval: all2001, encoding: copyText, label }, signal);

/** Resolves when the database shows a session of this label at work. */
async function atWork(label: string): Promise<void> {
  for (;;) {
    const found = await sessions(label);
    if (found.some(({ state }) => state === "active")) return;
  }
}

beforeAll(() =>
  postgres.run(`
    create table many (at timestamptz, i int) with (autovacuum_enabled = off);
    insert into many select timestamptz '2001-01-01Z' + i * interval '1 second', i from generate_series(1, 100000) i;`),
);

describe("cancelling", () => {
  test("a stream that is being read ends the query at the server, then throws the reason", async () => {
    const controller = new AbortController();
    const reason = new RefillError("INTERRUPTED", "cancelled");
    const rows = runs(endless, "reading", controller.signal);
    const reading = (async () => {
      for await (const chunk of rows) {
        if (chunk.bytes.byteLength > 0) controller.abort(reason);
      }
    })();
    await expect(reading).rejects.toBe(reason);
    expect(await sessions("reading")).toEqual([]);
  });

  test("a stream that sends nothing ends the query too", async () => {
    const controller = new AbortController();
    const reason = new Error("cancelled");
    const rows = runs(asleep, "asleep", controller.signal);
    const reading = rows[Symbol.asyncIterator]().next();
    await atWork("asleep");
    controller.abort(reason);
    await expect(reading).rejects.toBe(reason);
    expect(await sessions("asleep")).toEqual([]);
  });

  test("a stream that nobody reads on ends the query, though the server waits to send", async () => {
    const controller = new AbortController();
    const reason = new Error("cancelled");
    const iterator = runs(endless, "stuck", controller.signal)[
      Symbol.asyncIterator
    ]();
    await iterator.next();
    controller.abort(reason);
    while ((await sessions("stuck")).length > 0);
    await expect(iterator.next()).rejects.toBe(reason);
  });

  test("earliest and histogram ends their queries", async () => {
    const reason = new Error("cancelled");
    const slow = postgres.open({
      table: "many",
      where: "pg_sleep(3600) is null",
    });
    for (const ask of [
      (signal: AbortSignal) => slow.earliest(all2001, signal),
      (signal: AbortSignal) =>
        slow.histogram(
          {
            boundaries: () => [],
            intervals: 365,
            range: all2001,
            fixedLengthMs: 86_400_000,
            limitMs: 3_600_000,
          },
          signal,
        ),
    ]) {
      const controller = new AbortController();
      const asking = ask(controller.signal);
      const active = () =>
        postgres.run(
          "select pid from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'",
        );
      while ((await active()).length === 0);
      controller.abort(reason);
      await expect(asking).rejects.toBe(reason);
      expect(await active()).toEqual([]);
    }
  });

  test("leaves the source ready for the next run", async () => {
    const source = postgres.open({ table: "many" });
    const request = { interval: all2001, encoding: copyText, label: "next" };
    for (let round = 0; round < 3; round += 1) {
      const controller = new AbortController();
      const reading = (async () => {
        for await (const chunk of source.rows(request, controller.signal)) {
          expect(chunk.bytes.byteLength).toBeGreaterThan(0);
          controller.abort(new Error("cancelled"));
        }
      })();
      await expect(reading).rejects.toThrow("cancelled");
    }
    const lines = (await readText(source)).split("\n").length - 1;
    expect(lines).toBe(100_000);
  });
});

describe("a server that takes connections and says nothing", () => {
  test("is left at once when the work is cancelled", async () => {
    const server = createServer();
    await new Promise<void>((resolve) =>
      server.listen(0, "127.0.0.1", resolve),
    );
    const { port } = server.address() as AddressInfo;
    const controller = new AbortController();
    server.on("connection", () => {
      controller.abort(new Error("cancelled"));
    });
    const source = postgres.open(
      { table: "many" },
      { connectionString: `postgres://nobody:x@127.0.0.1:${port}/nothing` },
    );
    await expect(source.inspect(controller.signal)).rejects.toThrow(
      "cancelled",
    );
    server.close();
  });
});

describe("rows that are lost on the way", () => {
  test("are noticed by the server's own count", async () => {
    let copied = 0;
    const isCopyData = (message: Buffer) => message[0] === 0x64;
    const proxy = await startProxy(postgres.url(), (message) => {
      if (isCopyData(message)) copied += 1;
      return isCopyData(message) && copied === 500 ? Buffer.alloc(0) : message;
    });
    const source = postgres.open(
      { table: "many" },
      { connectionString: proxy.url },
    );
    await expect(readText(source)).rejects.toMatchObject({
      code: "COUNT_MISMATCH",
      retryable: true,
      details: { expected: 100_000, received: 99_999 },
    });
    await source.close();
    await proxy.close();
  });

  test("with the connection make it unavailable", async () => {
    let copied = 0;
    const proxy = await startProxy(postgres.url(), (message) => {
      if (message[0] === 0x64) copied += 1;
      if (copied === 50_000) void proxy.close();
      return message;
    });
    const source = postgres.open(
      { table: "many" },
      { connectionString: proxy.url },
    );
    await expect(readText(source)).rejects.toMatchObject({
      code: "SOURCE_UNAVAILABLE",
      retryable: true,
    });
  });
});

describe("a reader that stops early", () => {
  test("ends the query at the server before its loop is left", async () => {
    for await (const chunk of runs(endless, "left")) {
      expect(chunk.bytes.byteLength).toBeGreaterThan(0);
      break;
    }
    expect(await sessions("left")).toEqual([]);
  });
});

describe("a source that fails in the middle", () => {
  test("is unavailable, and worth another try, when its session is killed", async () => {
    const source = postgres.open({ query: endless });
    const rows = source.rows(
      { interval: all2001, encoding: copyText, label: "killed" },
      never,
    );
    const reading = (async () => {
      let killed = false;
      for await (const chunk of rows) {
        if (killed || chunk.bytes.byteLength === 0) continue;
        killed = true;
        await postgres.run(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'refill killed' and datname = current_database()",
        );
      }
    })();
    await expect(reading).rejects.toMatchObject({
      code: "SOURCE_UNAVAILABLE",
      retryable: true,
    });
    expect(
      await source
        .earliest(
          { startMs: 0, endMs: Date.parse("2001-01-02T00:00:00Z") },
          AbortSignal.timeout(60_000),
        )
        .catch((error: unknown) => error),
    ).toBeNull();
  });

  test("says which row's value could not be computed", async () => {
    const query = `select ${at}, 1 / (500 - i) as ratio from generate_series(1, 1000) i`;
    const source = postgres.open({ query });
    await expect(readText(source)).rejects.toMatchObject({
      code: "SOURCE_DATA_INVALID",
      retryable: false,
      message: expect.stringContaining("division by zero"),
      details: { sqlstate: "22012" },
    });
    expect(await source.earliest(all2001, never)).toBe(
      Date.parse("2001-02-03T00:00:00Z"),
    );
  });

  test("is timed out, and worth another try, by a limit of its own", async () => {
    const source = postgres.open(
      { query: asleep },
      {
        connectionString: `${postgres.url()}?options=${encodeURIComponent("-c statement_timeout=100")}`,
      },
    );
    await expect(readText(source)).rejects.toMatchObject({
      code: "SOURCE_TIMEOUT",
      retryable: true,
    });
  });
});

describe("a histogram over its time limit", () => {
  const request = (limitMs: number) => ({
    boundaries: () => [],
    intervals: 365,
    range: all2001,
    fixedLengthMs: 86_400_000,
    limitMs,
  });
  const slow = { table: "many", where: "pg_sleep(0.01) is not null" };

  test("is the planner's estimate, or nothing for a table never analyzed", async () => {
    expect(await postgres.open(slow).histogram(request(50), never)).toEqual({
      kind: "estimate",
      totalRecords: null,
    });
    await postgres.run("analyze many");
    const histogram = await postgres.open(slow).histogram(request(50), never);
    if (histogram.kind !== "estimate") throw new Error("Expected an estimate.");
    expect(histogram.totalRecords).toBeGreaterThan(90_000);
    expect(histogram.totalRecords).toBeLessThan(110_000);
  });

  test("leaves the session without a transaction", async () => {
    const source = postgres.open(slow);
    await source.histogram(request(50), never);
    await postgres.run("insert into many values ('2001-12-31Z', 0)");
    const fresh = await source.earliest(
      { startMs: Date.parse("2001-12-31T00:00:00Z"), endMs: all2001.endMs },
      never,
    );
    expect(fresh).toBe(Date.parse("2001-12-31T00:00:00Z"));
    await postgres.run("delete from many where i = 0");
  });

  test("that was begun and not read to its end ends its transaction", async () => {
    const source = postgres.open({ table: "many" });
    const histogram = await source.histogram(
      { ...request(60_000), fixedLengthMs: 1_000, intervals: 31_536_000 },
      never,
    );
    if (histogram.kind !== "exact") throw new Error("Expected exact counts.");
    let seen = 0;
    for await (const entry of histogram.counts) {
      expect(entry.index).toBe(seen + 1);
      seen += 1;
      if (seen === 15_000) break;
    }
    expect(
      await postgres.run(
        "select pid from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'",
      ),
    ).toEqual([]);
  });
});

describe("a histogram of centuries of days", () => {
  const dayMs = 86_400_000;
  const first = Date.UTC(1700, 0, 1);
  const days = 120_000;
  // About where one statement ends and the next begins, and at both ends of the range.
  const filled = [0, 49_998, 49_999, 50_000, 99_998, 99_999, days - 1];

  test("is exact, however many statements it takes", async () => {
    await postgres.run(`
      create table centuries as
      select timestamptz '1700-01-01Z' + day * interval '1 day' + n * interval '23 hours' as at
      from unnest(array[${filled.join()}]) day, generate_series(0, 1) n;
      insert into centuries values ('1699-12-31 23:59:59Z'), (timestamptz '1700-01-01Z' + ${days} * interval '1 day');`);
    const histogram = await postgres.open({ table: "centuries" }).histogram(
      {
        boundaries: () =>
          Array.from({ length: days + 1 }, (_, day) => first + day * dayMs),
        intervals: days,
        range: { startMs: first, endMs: first + days * dayMs },
        fixedLengthMs: null,
        limitMs: 60_000,
      },
      never,
    );
    if (histogram.kind !== "exact") throw new Error("Expected exact counts.");
    const counts = [];
    for await (const entry of histogram.counts) counts.push(entry);
    expect(counts).toEqual(filled.map((index) => ({ index, records: 2 })));
  });
});
