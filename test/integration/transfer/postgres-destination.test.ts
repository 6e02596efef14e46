import { beforeEach, describe, expect, test } from "@jest/globals";
import { Client } from "pg";
import { RefillError } from "../../../src/domain/errors.js";
import { anyProbe } from "../../transfer/any-probe.js";
import { interval, never, postgresFixture } from "./postgres-fixture.js";
import { startProxy } from "./proxy.js";
import { rowTarget, stageRows } from "./row-target.js";

const source = postgresFixture();
const target = rowTarget();

const january = interval("2001-01-01T00:00:00Z", "2001-02-01T00:00:00Z");
const february = interval("2001-02-01T00:00:00Z", "2001-03-01T00:00:00Z");

beforeEach(async () => {
  await source.run(`
    drop table if exists events;
    create table events (id integer, at timestamptz not null, text text);
    insert into events
    select n, timestamptz '2001-01-01Z' + n * interval '1 hour', 'event ' || n from generate_series(0, 24 * 59 - 1) as n`);
  await target.run("drop table if exists copied");
});

async function exportOf(of = january, token = 1, destination = target.open()) {
  const rows = await stageRows(source.open({ table: "events" }), destination, {
    of,
    token,
  });
  await rows.publish();
  return rows;
}

const counted = async () => {
  const [row] = await target.run("select count(*)::int as n from copied");
  return row?.["n"];
};

describe("a Postgres destination", () => {
  let token = 0;
  beforeEach(() => {
    token += 10;
  });

  test("makes the table, and shows an interval's rows once they are published", async () => {
    const destination = target.open();
    const rows = await stageRows(
      source.open({ table: "events" }),
      destination,
      {
        of: january,
        token,
      },
    );
    expect(await counted()).toBe(0);
    expect(await target.staged()).toHaveLength(1);
    await rows.publish();
    expect(await counted()).toBe(24 * 31);
    expect(await target.staged()).toEqual([]);
    expect(rows.files).toMatchObject([{ records: 24 * 31 }]);
    expect(rows.files[0]?.bytes).toBe(rows.bytes);
  });

  test("holds each row once however often an interval is exported, and leaves its neighbours alone", async () => {
    await exportOf(january, token);
    await exportOf(february, token);
    await exportOf(january, token + 1);
    await exportOf(january, token + 2);
    const [sums] = await target.run(
      "select count(*)::int as n, count(distinct id)::int as ids, min(at) as low, max(at) as high from copied",
    );
    expect(sums).toEqual({
      n: 24 * 59,
      ids: 24 * 59,
      low: new Date("2001-01-01T00:00:00Z"),
      high: new Date("2001-02-28T23:00:00Z"),
    });
  });

  test("has what the source has after a rerun: changed rows, fewer rows, none at all", async () => {
    await exportOf(january, token);
    await source.run(
      "update events set text = 'changed' where id < 10; delete from events where id between 10 and 19",
    );
    await exportOf(january, token + 1);
    expect(
      await target.run("select id, text from copied where id < 22 order by id"),
    ).toEqual([
      ...Array.from({ length: 10 }, (_, id) => ({ id, text: "changed" })),
      { id: 20, text: "event 20" },
      { id: 21, text: "event 21" },
    ]);
    await source.run("delete from events where at < '2001-02-01Z'");
    const empty = await exportOf(january, token + 2);
    expect(empty).toMatchObject({ files: [], records: 0, bytes: 0 });
    expect(await counted()).toBe(0);
  });

  test("publishes twice without harm", async () => {
    const rows = await exportOf(january, token);
    await rows.publish();
    await rows.publish();
    await rows.discard();
    expect(await counted()).toBe(24 * 31);
    expect(await target.staged()).toEqual([]);
  });

  test("lets a claim that hung after its upload publish nothing once a newer one has", async () => {
    const zombie = await stageRows(
      source.open({ table: "events" }),
      target.open(),
      { of: january, token },
    );
    await source.run("update events set text = 'newer'");
    const destination = target.open();
    const key = zombie.files[0]?.key ?? "";
    await destination.destroyStaged(destination.describeStaged(key, token));
    await exportOf(january, token + 1, destination);
    await expect(zombie.publish()).rejects.toMatchObject({
      code: "CLAIM_LOST",
    });
    await zombie.discard();
    expect(await target.run("select distinct text from copied")).toEqual([
      { text: "newer" },
    ]);
  });

  test("is fenced by the token alone where an older claim found no row", async () => {
    const [saved] = await source.run("select array_agg(id) as ids from events");
    expect(saved).toBeDefined();
    await source.run("create table kept as table events; delete from events");
    const zombie = await stageRows(
      source.open({ table: "events" }),
      target.open(),
      { of: january, token },
    );
    await source.run("insert into events table kept; drop table kept");
    await exportOf(january, token + 1);
    await expect(zombie.publish()).rejects.toMatchObject({
      code: "CLAIM_LOST",
    });
    expect(await counted()).toBe(24 * 31);
  });

  test.each([
    ["the same as", 0],
    ["lower than", 1],
  ])(
    "publishes where its token is %s the last one's and the ledger says that it holds the claim: it was restored from a backup",
    async (_what, behind) => {
      await exportOf(january, token);
      await source.run("update events set text = 'as it is now'");
      const staged = await stageRows(
        source.open({ table: "events" }),
        target.open(),
        { of: january, token: token - behind },
      );
      await staged.publish(() => Promise.resolve());
      expect(await counted()).toBe(24 * 31);
      expect(await target.run("select distinct text from copied")).toEqual([
        { text: "as it is now" },
      ]);
      expect(await target.staged()).toEqual([]);
    },
  );

  test("publishes nothing where its token is not newer and the ledger says that the claim has passed on", async () => {
    await exportOf(january, token);
    await source.run("update events set text = 'late'");
    const staged = await stageRows(
      source.open({ table: "events" }),
      target.open(),
      { of: january, token },
    );
    const lost = new RefillError("CLAIM_LOST", "A newer claim holds it.");
    await expect(staged.publish(() => Promise.reject(lost))).rejects.toBe(lost);
    await staged.discard();
    expect(await target.run("select from copied where text = 'late'")).toEqual(
      [],
    );
  });

  test("cuts off a claim that still uploads when a newer one takes over", async () => {
    const slow = target.open();
    const columns = await source
      .open({ table: "events" })
      .rows(
        {
          interval: january,
          encoding: { kind: "copy-text" },
          label: "test",
        },
        new AbortController().signal,
      )
      .columns();
    const key = `${january.startMs}-${january.endMs}`;
    const descriptor = slow.describeStaged(key, token);
    const writer = await slow.stage({
      descriptor,
      columns,
      origin: null,
      interval: january,
      label: "zombie",
      signal: never,
      record: () => Promise.resolve(),
    });
    await writer.write(Buffer.from("1\t2001-01-01 00:00:00+00\tzombie\n"));
    await target.open().destroyStaged(descriptor);
    await exportOf(january, token + 1);
    await expect(writer.finish()).rejects.toMatchObject({
      code: "DESTINATION_UNAVAILABLE",
    });
    await writer.discard();
    expect(await counted()).toBe(24 * 31);
    expect(await target.staged()).toEqual([]);
  });

  test("shows readers an interval whole at every moment", async () => {
    await exportOf(january, token);
    const reader = new Client({ connectionString: target.url() });
    await reader.connect();
    const seen = new Set<number>();
    const done = new AbortController();
    const reading = (async () => {
      while (!done.signal.aborted) {
        const { rows } = await reader.query<{ n: number }>(
          "select count(*)::int as n from copied",
        );
        seen.add(rows[0]?.n ?? -1);
      }
    })();
    for (let again = 1; again < 9; again += 1) {
      await exportOf(january, token + again);
    }
    done.abort();
    await reading;
    await reader.end();
    expect([...seen]).toEqual([24 * 31]);
  });

  test("finds out that its publication went through when the answer to the commit was lost", async () => {
    let cutAtCommit = false;
    const proxy = await startProxy(target.url(), (message) => {
      if (cutAtCommit && message.includes("COMMIT")) {
        cutAtCommit = false;
        proxy.cut();
        return Buffer.alloc(0);
      }
      return message;
    });
    try {
      const rows = await stageRows(
        source.open({ table: "events" }),
        target.open({ url: proxy.url }),
        { of: january, token },
      );
      cutAtCommit = true;
      await rows.publish();
      expect(cutAtCommit).toBe(false);
      expect(await counted()).toBe(24 * 31);
    } finally {
      await proxy.close();
    }
  });

  test("reports a target that goes away in the middle as one to try again, and publishes nothing", async () => {
    const proxy = await startProxy(target.url(), (message) => message);
    const big = source.open({
      query:
        "select n as id, timestamptz '2001-01-01Z' + n * interval '1 second' as at, repeat('x', 500) as text from generate_series(1, 300000) as n",
    });
    const stop = { at: 1_000_000, bytes: 0 };
    const destination = target.open({ url: proxy.url });
    const stage = destination.stage.bind(destination);
    const cutting = {
      ...destination,
      stage: async (request: Parameters<typeof stage>[0]) => {
        const writer = await stage(request);
        return {
          ...writer,
          write: async (chunk: Uint8Array) => {
            stop.bytes += chunk.byteLength;
            if (stop.bytes > stop.at) await proxy.close();
            await writer.write(chunk);
          },
          finish: () => writer.finish(),
          publish: () => writer.publish(),
          discard: () => writer.discard(),
        };
      },
    };
    await expect(
      stageRows(big, cutting, { of: january, token }),
    ).rejects.toMatchObject({
      code: "DESTINATION_UNAVAILABLE",
      retryable: true,
    });
    expect(await counted()).toBe(0);
    const left = target.open();
    const key = `${january.startMs}-${january.endMs}`;
    await left.destroyStaged(left.describeStaged(key, token));
    expect(await target.staged()).toEqual([]);
  });

  test("leaves nothing when a run is cancelled while it copies", async () => {
    const cancel = new AbortController();
    const endless = source.open({
      query:
        "select n as id, timestamptz '2001-01-01Z' + n * interval '1 millisecond' as at, repeat('x', 500) as text from generate_series(1, 2000000) as n",
    });
    const reason = new Error("cancelled");
    const staging = stageRows(endless, target.open(), {
      of: january,
      token,
      signal: cancel.signal,
    });
    for (;;) {
      if ((await target.staged()).length > 0) break;
    }
    cancel.abort(reason);
    await expect(staging).rejects.toBe(reason);
    expect(await target.staged()).toEqual([]);
  });

  test("notices rows that the server lost with an unlogged table", async () => {
    const rows = await stageRows(
      source.open({ table: "events" }),
      target.open(),
      { of: january, token },
    );
    const [name] = await target.staged();
    await target.run(`truncate refill_export."${String(name)}"`);
    await expect(rows.publish()).rejects.toMatchObject({
      code: "COUNT_MISMATCH",
    });
    await rows.discard();
  });

  test("says that a password is wrong, and that this will not pass", async () => {
    const url = new URL(target.url());
    url.password = "wrong";
    const destination = target.open({ url: url.href });
    await expect(destination.probe(anyProbe)).rejects.toMatchObject({
      code: "DESTINATION_AUTH_FAILED",
      retryable: false,
    });
  });

  test("tells the run in the application's name while it copies", async () => {
    const named = new Set<unknown>();
    const cancel = new AbortController();
    const big = source.open({
      query:
        "select n as id, timestamptz '2001-01-01Z' + n * interval '1 millisecond' as at, repeat('x', 500) as text from generate_series(1, 2000000) as n",
    });
    const staging = stageRows(big, target.open(), {
      of: january,
      token,
      signal: cancel.signal,
    });
    while (!named.has("refill backfill/7")) {
      const rows = await target.run(
        "select application_name as name from pg_stat_activity where datname = current_database() and query like 'copy refill_export%'",
      );
      for (const { name } of rows) named.add(name);
    }
    cancel.abort(new Error("seen"));
    await expect(staging).rejects.toThrow("seen");
  });

  test("refuses to export a table into itself, also under another connection", async () => {
    const url = new URL(source.url());
    url.searchParams.set("application_name", "another");
    const destination = target.open({ url: url.href, table: "public.events" });
    await expect(
      stageRows(source.open({ table: "events" }), destination, {
        of: january,
        token,
      }),
    ).rejects.toMatchObject({ code: "DESTINATION_FORBIDDEN" });
  });
});
