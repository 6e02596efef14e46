import { expect, test } from "@jest/globals";
import { firingTimes } from "../../../src/domain/time/firing-times.js";
import { parseInterval } from "../../../src/domain/time/interval.js";

function timesOf(interval: string, offset: string | null = null) {
  const parsed = parseInterval({ interval, offset, timezone: "Asia/Tokyo" });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return firingTimes(parsed.spec);
}

test("minutes and hours fire as often as they close", () => {
  expect(timesOf("every 15 minutes")).toEqual({
    kind: "every",
    everyMs: 900_000,
  });
});

test.each([
  ["day", "5h", [5, null, null], [6, null, null]],
  ["day", "23h", [23, null, null], [0, null, null]],
  ["week", "sun 23:00", [23, 6, null], [0, 0, null]],
  ["month", "28 23:00", [23, null, 28], [0, null, 29]],
] as const)(
  "%s from %s fires at the local time, and an hour later",
  (interval, offset, ...times) => {
    expect(timesOf(interval, offset)).toEqual({
      kind: "calendar",
      timezone: "Asia/Tokyo",
      times: times.map(([hour, weekday, day]) => ({ hour, weekday, day })),
    });
  },
);
