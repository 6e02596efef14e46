import { expect, test } from "@jest/globals";
import type { BackfillObject } from "../../../src/contract/objects/backfill.js";
import type { BackfillDescription } from "../../../src/contract/objects/backfill-description.js";
import { apiFixture, eventsDefinition } from "./api-fixture.js";

const api = apiFixture();

test("a backfill is paused, resumed, given another concurrency, aborted once, and retried, each with its entry in the audit trail", async () => {
  const key = await api.key(1, "batch_export:write");
  const base = "/api/projects/1/batch_exports/";
  await api.ask(key, "POST", base, eventsDefinition("steered"));
  const started = await api.ask(key, "POST", `${base}steered/backfills/`, {
    start_at: "2024-03-01",
    end_at: "2024-03-08",
  });
  const { id } = started.json<BackfillObject>();
  const one = `${base}steered/backfills/${id}/`;
  const post = (name: string, body?: object) =>
    api.ask(key, "POST", `${one}${name}/`, body);
  const described = async () =>
    (await api.ask(key, "GET", `${one}describe/`)).json<BackfillDescription>();

  const paused = await post("pause", { reason: "office hours" });
  expect([paused.status, paused.json()]).toMatchObject([200, { id }]);
  expect(paused.header("warning")).toMatch(/No worker answered/);
  expect(await described()).toMatchObject({
    paused: true,
    paused_reason: "office hours",
  });
  expect((await post("resume")).status).toBe(200);
  expect((await post("concurrency", { concurrency: 9 })).status).toBe(200);
  expect(await described()).toMatchObject({ paused: false, concurrency: 9 });
  for (const concurrency of [-1, 501, 1.5]) {
    expect((await post("concurrency", { concurrency })).status).toBe(400);
  }
  expect((await post("cancel", { mode: "gently" })).status).toBe(400);
  const open = await post("retry");
  expect([open.status, open.json()]).toMatchObject([
    400,
    { code: "BACKFILL_OPEN" },
  ]);

  expect((await post("cancel", { mode: "abort" })).status).toBe(200);
  expect(await described()).toMatchObject({ status: "Terminated" });
  for (const name of ["pause", "resume", "cancel"]) {
    const closed = await post(name);
    expect([name, closed.status, closed.json()]).toMatchObject([
      name,
      400,
      { details: { status: "Terminated" } },
    ]);
  }
  const retried = await post("retry", { reason: "once more" });
  expect([retried.status, retried.json()]).toMatchObject([200, { id }]);
  const { generation, commands } = await described();
  expect(generation).toBe(2);
  expect(commands.map(({ kind }) => kind).sort()).toEqual([
    "cancel",
    "pause",
    "resume",
    "retry",
    "set-concurrency",
    "start",
  ]);
  expect(api.faults).toEqual([]);
});
