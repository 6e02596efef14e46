import { beforeAll, describe, expect, test } from "@jest/globals";
import type { BackfillObject } from "../../../src/contract/objects/backfill.js";
import type { RunObject } from "../../../src/contract/objects/run.js";
import { until, untilClosed } from "../backfill/installation.js";
import { apiFixture, eventsDefinition } from "./api-fixture.js";

const api = apiFixture();
const week = { start_at: "2024-03-01", end_at: "2024-03-08" };

interface RunPage {
  readonly next: string | null;
  readonly previous: string | null;
  readonly results: readonly RunObject[];
}

let key: string;
let url: string;

beforeAll(async () => {
  await api.refill().startWorker().ready;
  key = await api.key(1, "batch_export:write");
  const base = "/api/projects/1/batch_exports/";
  const created = await api.ask(key, "POST", base, eventsDefinition("asked"));
  url = `${base}${created.json<{ id: string }>().id}/`;
});

/** Starts a backfill and waits for its end. */
async function backfilled(body: object): Promise<BackfillObject> {
  const started = await api.ask(key, "POST", `${url}backfills/`, body);
  expect(started.status).toBe(201);
  const { id } = started.json<BackfillObject>();
  return untilClosed(api.refill().context, id);
}

describe("a plan", () => {
  test("says what a start would run, writes nothing, and its digest lets that very start through", async () => {
    const answer = await api.ask(key, "POST", `${url}backfills/plan/`, week);
    expect([answer.status, answer.json()]).toMatchObject([
      200,
      { total_runs: 7, total_records_count: 168, conflicts: [] },
    ]);
    const { results } = (
      await api.ask(key, "GET", `${url}backfills/`)
    ).json<RunPage>();
    expect(results).toEqual([]);
    const { digest: plan } = answer.json<{ digest: string }>();
    const other = { ...week, end_at: "2024-03-07", plan };
    const changed = await api.ask(key, "POST", `${url}backfills/`, other);
    expect([changed.status, changed.json()]).toMatchObject([
      409,
      { code: "PLAN_CHANGED" },
    ]);
    expect(await backfilled({ ...week, plan })).toMatchObject({
      status: "Completed",
      total_records_count: 168n,
    });
  });

  test("of a wrong range is refused with 400", async () => {
    const body = { start_at: "2024-03-01T05:00:00Z" };
    const answer = await api.ask(key, "POST", `${url}backfills/plan/`, body);
    expect([answer.status, answer.json()]).toMatchObject([
      400,
      { code: "RANGE_MISALIGNED" },
    ]);
  });
});

describe("a test of an export", () => {
  test("says that both ends work, or with 422 which one does not", async () => {
    const works = await api.ask(key, "POST", `${url}test/`);
    expect([works.status, works.json()]).toMatchObject([
      200,
      { source: { ok: true }, destination: { ok: true } },
    ]);
    const definition = {
      ...eventsDefinition("broken"),
      source: {
        ...(eventsDefinition("broken")["source"] as object),
        table: "public.nowhere",
      },
    };
    const base = "/api/projects/1/batch_exports/";
    await api.ask(key, "POST", base, definition);
    const broken = await api.ask(key, "POST", `${base}broken/test/`);
    expect([broken.status, broken.json()]).toMatchObject([
      422,
      { code: "SOURCE_NOT_FOUND" },
    ]);
  });
});

describe("the runs of an export", () => {
  test("are those of all its backfills by interval, page by page forth and back, in a range and with a status", async () => {
    await backfilled({ start_at: "2024-03-02", end_at: "2024-03-05" });
    const pages: RunPage[] = [];
    for (let at: string | null = `${url}runs/?limit=4`; at !== null;) {
      const page: RunPage = (await api.ask(key, "GET", at)).json<RunPage>();
      pages.push(page);
      at = page.next;
    }
    const runs = pages.flatMap(({ results }) => results);
    expect(pages.map(({ results }) => results.length)).toEqual([4, 4, 2]);
    expect(new Set(runs.map(({ id }) => id)).size).toBe(10);
    const starts = runs.map((run) => run.data_interval_start);
    expect(starts).toEqual([...starts].sort().reverse());
    const before = await api.ask(key, "GET", pages[2]?.previous ?? "");
    expect(before.json<RunPage>().results).toEqual(pages[1]?.results);

    const some = await api.ask(
      ...([key, "GET"] as const),
      `${url}runs/?start=2024-03-03&end=2024-03-04T00:00:00Z&ordering=data_interval_start&status=Completed`,
    );
    expect(
      some.json<RunPage>().results.map((run) => run.data_interval_start),
    ).toEqual(["2024-03-03T00:00:00Z", "2024-03-03T00:00:00Z"]);
    const none = await api.ask(key, "GET", `${url}runs/?status=Failed`);
    expect(none.json<RunPage>().results).toEqual([]);
  });

  test.each([
    ["start=yesterday", "TIMESTAMP_INVALID"],
    ["end=2024-03-01T00:00:00", "TIMESTAMP_NAIVE"],
    ["cursor=nonsense", "CURSOR_INVALID"],
    ["status=ContinuedAsNew", "REQUEST_INVALID"],
  ])("asked for with %s are refused with 400 and %s", async (query, code) => {
    const answer = await api.ask(key, "GET", `${url}runs/?${query}`);
    expect([answer.status, answer.json()]).toMatchObject([400, { code }]);
  });
});

describe("a verification", () => {
  test("is asked for with 202, and is read until it has looked at all of it", async () => {
    const { id } = await backfilled({ ...week, start_at: "2024-03-07" });
    const verify = `${url}backfills/${id}/verify/`;
    const asked = await api.ask(key, "POST", verify);
    expect([asked.status, asked.json()]).toMatchObject([
      202,
      { backfill: id, deep: false, total_runs: 1 },
    ]);
    const one = `${verify}${asked.json<{ id: string }>().id}/`;
    const done = await until(async () => {
      const { status, findings } = (await api.ask(key, "GET", one)).json<{
        status: string;
        findings: readonly unknown[];
      }>();
      return status === "Running" ? null : { status, findings };
    });
    expect(done).toEqual({ status: "Completed", findings: [] });
    const other = await api.ask(key, "GET", `${verify}${id}/`);
    expect([other.status, other.json()]).toMatchObject([
      404,
      { code: "VERIFICATION_NOT_FOUND" },
    ]);
  });
});

describe("the coverage of an export", () => {
  test("tells what is covered and what is missing, and a start of what is missing covers it", async () => {
    const ofTenDays = `${url}coverage/?start=2024-03-01&end=2024-03-11`;
    const before = await api.ask(key, "GET", ofTenDays);
    expect([before.status, before.json()]).toMatchObject([
      200,
      { intervals: { total: 10, covered: 7, missing: 3 } },
    ]);
    await backfilled({ ...week, end_at: "2024-03-11", only: "missing" });
    const after = await api.ask(key, "GET", ofTenDays);
    expect(after.json()).toMatchObject({ intervals: { missing: 0 } });
    const wrong = await api.ask(key, "GET", `${url}coverage/?start=soon`);
    expect([wrong.status, wrong.json()]).toMatchObject([
      400,
      { code: "TIMESTAMP_INVALID" },
    ]);
  });
});

test("text that no Postgres can hold is refused, wherever it stands", async () => {
  const base = "/api/projects/1/batch_exports/";
  const asked = [
    api.ask(key, "GET", `${base}a%00b/`),
    api.ask(key, "GET", `${url}runs/?start=a%00b`),
    api.ask(key, "POST", `${url}backfills/`, { note: "a\u0000b" }),
    api.ask(key, "POST", `${url}backfills/`, { note: "a\ud800b" }),
  ];
  for (const { status, json } of await Promise.all(asked)) {
    expect([status, json()]).toMatchObject([400, { code: "REQUEST_INVALID" }]);
  }
  expect(api.faults).toEqual([]);
});
