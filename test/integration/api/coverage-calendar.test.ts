import { expect, test } from "@jest/globals";
import { apiFixture, eventsDefinition } from "./api-fixture.js";

const api = apiFixture();
const base = "/api/projects/1/batch_exports/";

test("the calendar of a coverage is bounded in cells and in ranges, and can be zoomed into by the time of a cell", async () => {
  const key = await api.key(1, "batch_export:write");
  await api.ask(key, "POST", base, eventsDefinition("shown"));
  const look = async (query: string) =>
    (
      await api.ask(key, "GET", `${base}shown/coverage/calendar/?${query}`)
    ).json<Record<string, unknown>>();
  expect(await look("")).toMatchObject({ start: null, cells: [], ranges: [] });
  await api.ask(key, "POST", `${base}shown/backfills/`, {
    start_at: "2024-03-02",
    end_at: "2024-03-03",
  });
  const asked = "start=2024-03-01&end=2024-03-08";
  expect(await look(`${asked}&cells=4&ranges=2`)).toMatchObject({
    start: "2024-03-01T00:00:00Z",
    end: "2024-03-08T00:00:00Z",
    intervals: { total: 7, open: 1, missing: 6 },
    intervals_per_cell: 2,
    cells: [
      {
        start: "2024-03-01T00:00:00Z",
        end: "2024-03-03T00:00:00Z",
        intervals: { missing: 1, open: 1 },
      },
      { intervals: { missing: 2 } },
      { intervals: { missing: 2 } },
      {
        start: "2024-03-07T00:00:00Z",
        end: "2024-03-08T00:00:00Z",
        intervals: { missing: 1 },
      },
    ],
    total_ranges: 3,
    ranges: [{ state: "missing" }, { state: "open" }],
  });
  const zoomed = await look(
    "start=2024-03-01T00:00:00Z&end=2024-03-03T00:00:00Z",
  );
  expect(zoomed).toMatchObject({
    intervals_per_cell: 1,
    cells: [{ intervals: { missing: 1 } }, { intervals: { open: 1 } }],
  });
});
