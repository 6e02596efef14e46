import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { anyProbe } from "../../transfer/any-probe.js";
import {
  all2001,
  copyText,
  never,
  postgresFixture,
  readObjects,
} from "./postgres-fixture.js";
import { rowTarget } from "./row-target.js";
import { authorityFile, startTlsProxy, type TlsProxy } from "./tls-proxy.js";

const source = postgresFixture();
const target = rowTarget();
let proxy: TlsProxy;

beforeAll(async () => {
  proxy = await startTlsProxy(source.url());
});
afterAll(() => proxy.close());

const one = { query: "select timestamptz '2001-02-03Z' as at, 1 as one" };
const verified = { sslmode: "verify-full", sslrootcert: authorityFile };

function through(
  host: string,
  settings: Readonly<Record<string, string>>,
  definition = one,
) {
  const connectionString = proxy.urlAt(host, settings);
  return source.open(definition, { connectionString });
}

describe("a connection over TLS", () => {
  test("is made to a server whose certificate verifies", async () => {
    expect(await readObjects(through("localhost", verified))).toHaveLength(1);
  });

  test.each([
    ["is signed by nobody known", "localhost", { sslmode: "verify-full" }],
    ["is that of another host", "127.0.0.1", verified],
    // The driver verifies under these two names as well: libpq would not.
    ["is unknown, with require", "localhost", { sslmode: "require" }],
    ["is unknown, with prefer", "localhost", { sslmode: "prefer" }],
  ])("is refused where the certificate %s", async (_, host, settings) => {
    const refusal = { code: "SOURCE_AUTH_FAILED", retryable: false };
    const inspected = through(host, settings).inspect(never);
    await expect(inspected).rejects.toMatchObject(refusal);
    const url = proxy.urlAt(host, settings);
    await expect(target.open({ url }).probe(anyProbe)).rejects.toMatchObject({
      code: "DESTINATION_AUTH_FAILED",
      retryable: false,
    });
  });

  test("is refused where the server speaks no TLS", async () => {
    const url = new URL(source.url());
    url.searchParams.set("sslmode", "verify-full");
    const plain = source.open(one, { connectionString: url.href });
    await expect(plain.inspect(never)).rejects.toMatchObject({
      code: "SOURCE_AUTH_FAILED",
    });
  });

  test("is cancelled at the server at once", async () => {
    const cancel = new AbortController();
    const asleep = through("localhost", verified, {
      query: "select timestamptz '2001-02-03Z' as at, pg_sleep(3600)",
    });
    const request = { interval: all2001, encoding: copyText, label: "tls" };
    const reading = asleep
      .rows(request, cancel.signal)
      [Symbol.asyncIterator]()
      .next();
    const sleeping = async () => {
      const rows = await source.run(
        "select 1 from pg_stat_activity where datname = current_database() and application_name = 'refill tls' and state = 'active'",
      );
      return rows.length > 0;
    };
    while (!(await sleeping()));
    const reason = new Error("cancelled");
    cancel.abort(reason);
    await expect(reading).rejects.toBe(reason);
    expect(await sleeping()).toBe(false);
  });
});
