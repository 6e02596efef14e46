import { describe, expect, test } from "@jest/globals";
import type { BackfillObject } from "../../../src/contract/objects/backfill.js";
import { apiFixture, eventsDefinition } from "./api-fixture.js";

const api = apiFixture();
const week = { start_at: "2024-03-01", end_at: "2024-03-08" };

const properties = [
  "id",
  "team",
  "batch_export",
  "start_at",
  "end_at",
  "adjusted_start_at",
  "status",
  "progress",
  "total_records_count",
  "created_at",
  "finished_at",
  "last_updated_at",
];

interface Page {
  readonly next: string | null;
  readonly previous: string | null;
  readonly results: readonly BackfillObject[];
}

async function exportOf(team: number, name: string) {
  const key = await api.key(team, "batch_export:write");
  const base = `/api/projects/${String(team)}/batch_exports/`;
  const created = await api.ask(key, "POST", base, eventsDefinition(name));
  expect(created.status).toBe(201);
  const { id } = created.json<{ id: string }>();
  return { key, id, url: `${base}${id}/backfills/` };
}

describe("a backfill over the API", () => {
  test("is started with 201 and the twelve properties, read, and cancelled once", async () => {
    const { key, id, url } = await exportOf(1, "started");
    const started = await api.ask(key, "POST", url, week);
    expect(started.status).toBe(201);
    const backfill = started.json<BackfillObject>();
    expect(Object.keys(backfill)).toEqual(properties);
    expect(backfill).toMatchObject({
      team: 1,
      batch_export: id,
      start_at: "2024-03-01T00:00:00Z",
      status: "Starting",
    });
    const one = `${url}${backfill.id}/`;
    const read = await api.ask(key, "GET", one);
    expect(read.json()).toEqual(backfill);
    const cancelled = await api.ask(key, "POST", `${one}cancel/`, {
      reason: "no longer wanted",
    });
    expect(cancelled.status).toBe(200);
    expect(cancelled.json()).toEqual({ cancelled: true });
    const { rows } = await api
      .refill()
      .pool.query<{ requested_by: string }>(
        "select requested_by from refill.command where backfill_id = $1",
        [backfill.id],
      );
    expect(rows).toHaveLength(2);
    for (const { requested_by } of rows) {
      expect(requested_by).toMatch(/^key team 1 \(.*\) from 127\.0\.0\.1$/);
    }
    await api
      .refill()
      .pool.query(
        `update refill.backfill set status = 'Cancelled', finished_at = now(), total_records = 0 where id = $1`,
        [backfill.id],
      );
    const again = await api.ask(key, "POST", `${one}cancel/`);
    expect(again.status).toBe(400);
    expect(again.json()).toMatchObject({
      code: "BACKFILL_CLOSED",
      details: { status: "Cancelled" },
    });
  });

  test("is started once for one Idempotency-Key, and another request under it is refused", async () => {
    const { key, url } = await exportOf(1, "idempotent");
    const headers = { "idempotency-key": "nightly-1" };
    const first = await api.ask(key, "POST", url, week, headers);
    const second = await api.ask(key, "POST", url, week, headers);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.json<BackfillObject>().id).toBe(
      first.json<BackfillObject>().id,
    );
    const other = await api.ask(
      ...([key, "POST", url] as const),
      { ...week, concurrency: 8 },
      headers,
    );
    expect(other.status).toBe(409);
    expect(other.json()).toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });
  });

  test.each([
    [{ start_at: "2024-03-01T05:00:00Z" }, 400, "RANGE_MISALIGNED"],
    [{ start_at: "yesterday" }, 400, "TIMESTAMP_INVALID"],
    [{ start_at: "2024-03-01T00:00:00" }, 400, "TIMESTAMP_NAIVE"],
    [{ end_at: "2999-01-01" }, 400, "RANGE_IN_FUTURE"],
    [{ concurrency: 0, extra: 1 }, 400, "REQUEST_INVALID"],
    [{ plan: "0".repeat(63) }, 400, "REQUEST_INVALID"],
  ])(
    "refuses %j with %i and %s, and writes nothing",
    async (body, status, code) => {
      const name = `refused-${code}-${Object.keys(body).join("-")}`;
      const { key, url } = await exportOf(1, name);
      const answer = await api.ask(key, "POST", url, { ...week, ...body });
      expect([answer.status, answer.json()]).toMatchObject([status, { code }]);
      expect(answer.header("content-type")).toMatch(
        /^application\/problem\+json/,
      );
      const { results } = (await api.ask(key, "GET", url)).json<Page>();
      expect(results).toEqual([]);
    },
  );

  test("names every problem of a body at once", async () => {
    const { key, url } = await exportOf(1, "problems");
    const body = { concurrency: 501, order: "random", colour: "red" };
    const answer = await api.ask(key, "POST", url, body);
    const { errors } = answer.json<{ errors: { path: string }[] }>();
    expect(errors.map(({ path }) => path).sort()).toEqual([
      "body.colour",
      "body.concurrency",
      "body.order",
    ]);
  });

  test("answers 409 for an overlap and names what is free", async () => {
    const { key, url } = await exportOf(1, "overlap");
    await api.ask(key, "POST", url, week);
    const answer = await api.ask(key, "POST", url, week);
    expect(answer.status).toBe(409);
    expect(answer.json()).toMatchObject({ code: "RANGE_OVERLAPS" });
  });
});

describe("the list of backfills", () => {
  test.each(["created_at", "-created_at", "start_at", "-start_at"])(
    "by %s shows each once, page by page, forth and back, while others are added",
    async (ordering) => {
      const { key, id, url } = await exportOf(2, `paged-${ordering}`);
      await insertBackfills(id, 23);
      const firstUrl = `${url}?limit=5&ordering=${ordering}`;
      const forth: string[][] = [];
      let at: string | null = firstUrl;
      let last: Page | null = null;
      while (at !== null) {
        last = (await api.ask(key, "GET", at)).json<Page>();
        forth.push(last.results.map((one) => one.id));
        at = last.next;
        await insertBackfills(id, 1);
      }
      const seen = forth.flat();
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.length).toBeGreaterThanOrEqual(23);
      const back: string[][] = [];
      for (at = last?.previous ?? null; at !== null && back.length < 4;) {
        const page: Page = (await api.ask(key, "GET", at)).json<Page>();
        back.unshift(page.results.map((one) => one.id));
        at = page.previous;
      }
      expect(new Set(back.flat()).size).toBe(back.flat().length);
    },
  );

  test("filters by status, and refuses a cursor of another order", async () => {
    const { key, id, url } = await exportOf(2, "filtered");
    await insertBackfills(id, 3);
    const none = await api.ask(key, "GET", `${url}?status=Running`);
    expect(none.json<Page>().results).toEqual([]);
    const { next } = (await api.ask(key, "GET", `${url}?limit=1`)).json<Page>();
    const wrong = await api.ask(key, "GET", `${next ?? ""}&ordering=start_at`);
    expect([wrong.status, wrong.json()]).toMatchObject([
      400,
      { code: "CURSOR_INVALID" },
    ]);
  });
});

/** Closed ones, so that they may overlap; some at the same instant, some from the earliest data. */
async function insertBackfills(exportId: string, count: number): Promise<void> {
  await api.refill().pool.query(
    `insert into refill.backfill (
       id, team, batch_export_id, definition_version, start_at, range_end, run_order, concurrency, requested_by,
       temporal_namespace, temporal_cluster_id, status, finished_at, total_records, created_at
     )
     select gen_random_uuid(), 2, $1, 1,
       case when n % 3 = 0 then null else timestamptz '2024-03-01Z' + (n % 4) * interval '1 day' end,
       '2024-03-08Z', 'oldest', 4, 'test', 'default', 'c', 'Cancelled', now(), 0,
       date_trunc('second', now()) - (n % 7) * interval '1 microsecond'
     from generate_series(1, $2::integer) n`,
    [exportId, count],
  );
}
