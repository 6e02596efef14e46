import { beforeAll, describe, expect, test } from "@jest/globals";
import type { RunObject } from "../../../src/contract/objects/run.js";
import type { ScheduleObject } from "../../../src/contract/objects/schedule.js";
import { until } from "../backfill/installation.js";
import { apiFixture, eventsDefinition } from "./api-fixture.js";

const api = apiFixture();
const base = "/api/projects/1/batch_exports/";

let key: string;

beforeAll(async () => {
  key = await api.key(1, "batch_export:write");
});

/** An export of its own, and where its schedule is. */
async function exportOf(name: string): Promise<string> {
  const created = await api.ask(key, "POST", base, eventsDefinition(name));
  expect(created.status).toBe(201);
  return `${base}${name}/schedule/`;
}

describe("the schedule of an export", () => {
  test("is made once, as it was asked for, by whom, and is listed for its team alone", async () => {
    const url = await exportOf("scheduled");
    const missing = await api.ask(key, "GET", url);
    expect([missing.status, missing.json()]).toMatchObject([
      404,
      { code: "SCHEDULE_NOT_FOUND" },
    ]);
    const asked = {
      lookback: 3,
      delay_seconds: 600,
      jitter_seconds: 30,
      catch_up_seconds: 3_600,
      concurrency: 2,
      audit: "report",
      note: "why",
    };
    const made = await api.ask(key, "POST", url, asked);
    expect([made.status, made.json()]).toMatchObject([
      201,
      { ...asked, export_name: "scheduled", paused: false, team: 1 },
    ]);
    expect(made.json<ScheduleObject>().created_by).toMatch(
      /^key team 1 \(.*\) from 127\.0\.0\.1$/,
    );
    expect((await api.ask(key, "GET", url)).json()).toEqual(made.json());
    const again = await api.ask(key, "POST", url, {});
    expect([again.status, again.json()]).toMatchObject([
      409,
      { code: "SCHEDULE_EXISTS" },
    ]);
    const listed = await api.ask(key, "GET", "/api/projects/1/schedules/");
    expect(listed.json()).toEqual([made.json()]);
    const stranger = await api.key(2, "batch_export:write");
    const others = "/api/projects/2/schedules/";
    expect((await api.ask(stranger, "GET", others)).json()).toEqual([]);
  });

  test("has the defaults of the command line, and begins where it is told to", async () => {
    const url = await exportOf("by-default");
    const misaligned = { live_from: "2026-01-01T07:00:00Z" };
    const refused = await api.ask(key, "POST", url, misaligned);
    expect([refused.status, refused.json()]).toMatchObject([
      400,
      { code: "RANGE_MISALIGNED" },
    ]);
    const today = new Date().toISOString().slice(0, "2024-03-01".length);
    const made = await api.ask(key, "POST", url, { live_from: today });
    expect(made.json()).toMatchObject({
      live_from: `${today}T00:00:00Z`,
      lookback: 0,
      delay_seconds: 0,
      jitter_seconds: 0,
      catch_up_seconds: 604_800,
      concurrency: 4,
      audit: "off",
      note: null,
    });
  });

  test("is refused with all that is wrong with a body at once", async () => {
    const url = await exportOf("wrong");
    const answer = await api.ask(key, "POST", url, {
      lookback: 1_001,
      delay_seconds: -1,
      audit: "maybe",
      colour: "red",
    });
    expect(answer.status).toBe(400);
    const { errors } = answer.json<{ errors: { path: string }[] }>();
    expect(errors.map(({ path }) => path).sort()).toEqual([
      "body.audit",
      "body.colour",
      "body.delay_seconds",
      "body.lookback",
    ]);
    expect((await api.ask(key, "GET", url)).status).toBe(404);
  });

  test("is paused with a reason, resumed, and gone once it is deleted, each with its entry in the audit trail", async () => {
    const url = await exportOf("steered");
    await api.ask(key, "POST", url, {});
    const reason = { reason: "the source is moved" };
    const paused = await api.ask(key, "POST", `${url}pause/`, reason);
    expect([paused.status, paused.json()]).toMatchObject([
      200,
      { paused: true, paused_reason: "the source is moved" },
    ]);
    expect((await api.ask(key, "POST", `${url}resume/`)).json()).toMatchObject({
      paused: false,
      paused_reason: null,
    });
    const deleted = await api.ask(key, "DELETE", url);
    expect(deleted.status).toBe(200);
    const { commands } = deleted.json<ScheduleObject>();
    const by = expect.stringMatching(/^key team 1 \(.*\) from 127\.0\.0\.1$/);
    expect(commands).toMatchObject([
      { kind: "pause", requested_by: by, ...reason },
      { kind: "resume", requested_by: by, reason: null },
      { kind: "delete", requested_by: by, reason: null },
    ]);
    const times = commands.map((command) => command.requested_at);
    expect(times).toEqual([...times].sort());
    expect(times[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    for (const name of ["", "runs/"]) {
      expect((await api.ask(key, "GET", `${url}${name}`)).status).toBe(404);
    }
    for (const name of ["pause/", "resume/", "trigger/"]) {
      expect((await api.ask(key, "POST", `${url}${name}`)).status).toBe(404);
    }
    expect((await api.ask(key, "DELETE", url)).status).toBe(404);
  });

  test("fires when it is triggered, and shows its live runs page by page", async () => {
    api.refill().startWorker();
    const url = await exportOf("triggered");
    await api.ask(key, "POST", url, { lookback: 3 });
    const fired = await api.ask(key, "POST", `${url}trigger/`);
    expect([fired.status, fired.json()]).toMatchObject([
      200,
      { commands: [{ kind: "trigger" }] },
    ]);
    await until(async () => {
      const read = await api.ask(key, "GET", url);
      const { runs } = read.json<ScheduleObject>();
      return runs.completed === 3 ? true : null;
    });
    const seen: RunObject[] = [];
    let at: string | null = `${url}runs/?limit=2`;
    while (at !== null) {
      const page: { next: string | null; results: RunObject[] } = (
        await api.ask(key, "GET", at)
      ).json();
      seen.push(...page.results);
      at = page.next;
    }
    expect(seen.map(({ backfill, status }) => [backfill, status])).toEqual(
      Array(3).fill([null, "Completed"]),
    );
    const starts = seen.map((run) => run.data_interval_start);
    expect(starts).toEqual([...starts].sort().reverse());
    expect(api.faults).toEqual([]);
  });
});

test("a schedule that no firing has met shows none of the export's other runs", async () => {
  const url = await exportOf("unfired");
  await api.ask(key, "POST", `${base}unfired/backfills/`, {
    start_at: "2024-03-01",
    end_at: "2024-03-03",
  });
  await api.ask(key, "POST", url, {});
  await until(async () => {
    const all = await api.ask(key, "GET", `${base}unfired/runs/`);
    return all.json<{ results: unknown[] }>().results.length === 2
      ? true
      : null;
  });
  expect((await api.ask(key, "GET", `${url}runs/`)).json()).toMatchObject({
    next: null,
    results: [],
  });
});
