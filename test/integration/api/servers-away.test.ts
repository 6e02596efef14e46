import { afterAll, describe, expect, test } from "@jest/globals";
import type { BackfillObject } from "../../../src/contract/objects/backfill.js";
import { type OwnServers, startOwnServers } from "../servers/servers.js";
import { apiFixture, eventsDefinition } from "./api-fixture.js";
import { follow } from "./followed.js";

let servers: OwnServers;
const api = apiFixture("keys", {
  servers: async () => (servers = await startOwnServers()),
});

afterAll(async () => {
  await servers.remove();
});

const base = "/api/projects/1/batch_exports/";
const body = { start_at: "2024-03-01", end_at: "2024-03-08" };

/** An export and an open backfill of it, which no worker will end. */
async function prepare(name: string) {
  const key = await api.key(1, "batch_export:write");
  await api.ask(key, "POST", base, eventsDefinition(name));
  const backfills = `${base}${name}/backfills/`;
  const started = await api.ask(key, "POST", backfills, body);
  expect(started.status).toBe(201);
  const { id } = started.json<BackfillObject>();
  return {
    key,
    backfills,
    one: `${backfills}${id}/`,
    export: `${base}${name}/`,
  };
}

describe("while Postgres is away", () => {
  test("all is answered with 503 and when to ask again, open streams stay open, and afterwards all goes on", async () => {
    const { key, backfills, one } = await prepare("without-postgres");
    const stream = await follow(new URL(`${one}events`, api.origin()), {
      authorization: `Bearer ${key}`,
    });
    for (const event of ["status", "progress", "failures"]) {
      expect(await stream.events.next()).toMatchObject({ value: { event } });
    }
    await servers.hold("postgres");
    const asked = [
      await api.ask(key, "GET", backfills),
      await api.ask(key, "GET", one),
      await api.ask(key, "POST", backfills, body),
      await api.ask(key, "POST", `${one}cancel/`),
    ];
    for (const answer of asked) {
      expect([answer.status, answer.json()]).toMatchObject([
        503,
        { code: "DATABASE_UNAVAILABLE" },
      ]);
      expect(answer.header("retry-after")).toBe("5");
      expect(answer.text).not.toContain("password");
    }
    const ready = await api.ask(null, "GET", "/readyz");
    expect([ready.status, ready.header("retry-after")]).toEqual([503, "5"]);
    expect((await api.ask(null, "GET", "/healthz")).status).toBe(200);

    await servers.release("postgres");
    expect((await api.ask(null, "GET", "/readyz")).status).toBe(200);
    const news = stream.events.next();
    expect((await api.ask(key, "POST", `${one}cancel/`)).status).toBe(200);
    expect(await news).toMatchObject({ value: { event: "status" } });
    stream.leave();
    expect(api.faults).toEqual([]);
  });
});

describe("while Temporal is away", () => {
  test("reads answer from the ledger with a warning, and what needs it is refused with 503", async () => {
    const needed = await prepare("without-temporal");
    const { key, backfills, one } = needed;
    await servers.hold("temporal");
    for (const url of [one, `${one}describe/`]) {
      const read = await api.ask(key, "GET", url);
      expect([read.status, read.json()]).toMatchObject([200, { team: 1 }]);
      expect(read.header("warning")).toMatch(/^199 refill "Temporal is away/);
    }
    for (const url of [backfills, `${one}runs/`, `${needed.export}coverage/`]) {
      expect((await api.ask(key, "GET", url)).status).toBe(200);
    }
    for (const url of [
      backfills,
      `${backfills}plan/`,
      `${needed.export}test/`,
    ]) {
      const refused = await api.ask(key, "POST", url, {});
      expect([url, refused.status, refused.json()]).toMatchObject([
        url,
        503,
        { code: "TEMPORAL_UNAVAILABLE" },
      ]);
      expect(refused.header("retry-after")).toBe("5");
    }
    // Written down, so that it holds from now on: to refuse it would be untrue.
    const cancelled = await api.ask(key, "POST", `${one}cancel/`);
    expect([cancelled.status, cancelled.json()]).toEqual([
      200,
      { cancelled: true },
    ]);
    expect(cancelled.header("warning")).toMatch(/is recorded/);
    await servers.release("temporal");
    expect(api.faults).toEqual([]);
  });
});
