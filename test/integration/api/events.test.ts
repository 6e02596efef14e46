import { beforeAll, describe, expect, test } from "@jest/globals";
import type { BackfillObject } from "../../../src/contract/objects/backfill.js";
import { until } from "../backfill/installation.js";
import { apiFixture, eventsDefinition } from "./api-fixture.js";
import { follow, type Heard } from "./followed.js";

const api = apiFixture("keys", { streamLimits: { perRequester: 3, total: 4 } });

let key: string;

beforeAll(async () => {
  key = await api.key(1, "batch_export:write");
});

/** Starts a backfill of a new export; no worker is up yet. Answers the path of its events. */
async function started(name: string): Promise<string> {
  const base = "/api/projects/1/batch_exports/";
  await api.ask(key, "POST", base, eventsDefinition(name));
  const url = `${base}${name}/backfills/`;
  const body = { start_at: "2024-03-01", end_at: "2024-03-08" };
  const answer = await api.ask(key, "POST", url, body);
  expect(answer.status).toBe(201);
  return `${url}${answer.json<BackfillObject>().id}/events`;
}

function listen(path: string, lastId?: string, by = key) {
  return follow(new URL(path, api.origin()), {
    authorization: `Bearer ${by}`,
    ...(lastId === undefined ? {} : { "last-event-id": lastId }),
  });
}

async function next(events: AsyncGenerator<Heard>): Promise<Heard> {
  const { value } = (await events.next()) as { value: Heard | undefined };
  if (value === undefined) throw new Error("Expected an event; got the end.");
  return value;
}

describe("the events of a backfill", () => {
  test("go on through a restart of the server, tell each change once, and end with the backfill", async () => {
    const path = await started("followed");
    const first = await listen(path);
    expect(first.header("content-type")).toMatch(/^text\/event-stream/);
    const [status, progress, failures] = [
      await next(first.events),
      await next(first.events),
      await next(first.events),
    ];
    expect(status).toMatchObject({
      event: "status",
      data: { status: "Starting", finished_at: null },
    });
    expect(progress.event).toBe("progress");
    expect(failures).toMatchObject({ event: "failures", data: [] });

    const ended = first.events.next();
    await api.restart();
    expect(await ended).toMatchObject({ done: true });

    const again = await listen(path, failures.id);
    const news = again.events.next();
    api.refill().startWorker();
    expect(await news).toMatchObject({ value: { event: "status" } });
    const heard: Heard[] = [];
    for await (const event of again.events) heard.push(event);
    expect(heard.at(-1)).toMatchObject({
      event: "end",
      data: { status: "Completed" },
    });
    const last = heard.filter(({ event }) => event === "progress").at(-1);
    expect(last?.data).toMatchObject({
      progress: { total_runs: 7, finished_runs: 7, progress: 1 },
      records_completed: 168,
    });

    const nothing = await listen(path, heard.at(-1)?.id);
    expect(nothing.status).toBe(204);
    const all = await listen(path);
    const repeated: string[] = [];
    for await (const { event } of all.events) repeated.push(event);
    expect(repeated).toEqual(["status", "progress", "failures", "end"]);
    expect(api.faults).toEqual([]);
  });

  test("are for whoever may read the backfill, and an id that is nobody's is seen as none", async () => {
    const path = await started("guarded");
    const stranger = await api.key(2, "batch_export:write");
    expect((await listen(path, undefined, stranger)).status).toBe(404);
    expect((await listen(path, undefined, "nonsense")).status).toBe(401);
    const reader = await api.key(1, "batch_export:read");
    const stream = await listen(path, "nonsense", reader);
    expect(await next(stream.events)).toMatchObject({ event: "status" });
    stream.leave();
    const head = await fetch(new URL(path, api.origin()), {
      method: "HEAD",
      headers: { authorization: `Bearer ${reader}` },
    });
    expect(head.status).toBe(405);
  });

  test("may be followed by so many at a time: the next gets 429, until one has gone", async () => {
    const path = await started("crowded");
    const open = [await listen(path), await listen(path), await listen(path)];
    const refused = await listen(path);
    expect([refused.status, refused.header("retry-after")]).toEqual([429, "5"]);
    const other = await api.key(1, "batch_export:read");
    open.push(await listen(path, undefined, other));
    expect((await listen(path, undefined, other)).status).toBe(429);
    open.shift()?.leave();
    await until(async () => {
      const stream = await listen(path);
      open.push(stream);
      return stream.status === 200 ? true : null;
    });
    for (const stream of open) stream.leave();
  });
});
