import { expect, test } from "@jest/globals";
import { apiFixture, eventsDefinition } from "./api-fixture.js";

const api = apiFixture();

test("metrics tell a team's backfills by status and the process's requests by route, and nothing of other teams", async () => {
  for (const team of [1, 2]) {
    const key = await api.key(team, "batch_export:write");
    const base = `/api/projects/${String(team)}/batch_exports/`;
    const name = `of-team-${String(team)}`;
    await api.ask(key, "POST", base, eventsDefinition(name));
    await api.ask(key, "POST", `${base}${name}/backfills/`, {
      start_at: "2024-03-01",
      end_at: "2024-03-02",
    });
  }
  const key = await api.key(1, "batch_export:read");
  await api.ask(key, "GET", "/api/nothing");
  await api.ask(key, "GET", "/api/nothing-else");
  const { text, header } = await api.ask(key, "GET", "/metrics");
  expect(header("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = text.split("\n");
  expect(lines).toEqual(
    expect.arrayContaining([
      "# TYPE refill_backfills gauge",
      'refill_backfills{team="1",status="Starting"} 1',
      "refill_event_streams 0",
      'refill_http_requests_total{method="POST",route="/api/projects/:team/batch_exports/:export/backfills/",status="201"} 2',
      'refill_http_requests_total{method="GET",route="none",status="404"} 2',
    ]),
  );
  expect(text).not.toContain('team="2"');
});
