import { describe, expect, test } from "@jest/globals";
import { ConnectionSlots } from "../../../src/transfer/sources/postgres/connection-slots.js";
import {
  all2001,
  copyText,
  never,
  postgresFixture,
  readObjects,
} from "./postgres-fixture.js";

const postgres = postgresFixture();
const query = "select timestamptz '2001-02-03Z' as at, 1 as one";

const connections = async () => {
  const [row] = await postgres.run(
    "select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name like 'refill%'",
  );
  return row?.["n"];
};

describe("sources that share slots", () => {
  test("never have more connections than there are slots, and all of them read in the end", async () => {
    const slots = new ConnectionSlots(2);
    const most: unknown[] = [];
    const read = async () => {
      const source = postgres.open({ query }, { slots });
      expect(await readObjects(source)).toHaveLength(1);
      most.push(await connections());
      await source.close();
    };
    await Promise.all(Array.from({ length: 8 }, read));
    expect(most).toHaveLength(8);
    expect(Math.max(...most.map(Number))).toBeLessThanOrEqual(2);
  });

  test("give their slot back when the server ends their session, or refuses it", async () => {
    const slots = new ConnectionSlots(1);
    const first = postgres.open({ query }, { slots });
    await first.inspect(never);
    await postgres.run(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like 'refill%'",
    );
    const url = new URL(postgres.url());
    url.password = "wrong";
    const refused = { slots, connectionString: url.href };
    await expect(
      postgres.open({ query }, refused).inspect(never),
    ).rejects.toMatchObject({ code: "SOURCE_AUTH_FAILED" });
    const second = postgres.open({ query }, { slots });
    expect(await readObjects(second)).toHaveLength(1);
  });

  test("stop waiting when they are told to", async () => {
    const slots = new ConnectionSlots(1);
    await postgres.open({ query }, { slots }).inspect(never);
    const cancel = new AbortController();
    const waiting = postgres.open({ query }, { slots });
    const request = { interval: all2001, encoding: copyText, label: "t" };
    const rows = waiting.rows(request, cancel.signal);
    const reading = rows[Symbol.asyncIterator]().next();
    const reason = new Error("cancelled");
    cancel.abort(reason);
    await expect(reading).rejects.toBe(reason);
  });
});
