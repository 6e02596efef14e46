import { expect, test } from "@jest/globals";
import type { CoverageClaim } from "../../../src/domain/coverage/coverage.js";
import {
  dueIntervals,
  type FiringRequest,
} from "../../../src/domain/coverage/due-intervals.js";
import { formatInstant, instantOf } from "../../../src/domain/time/instant.js";
import { parseInterval } from "../../../src/domain/time/interval.js";
import type { TimeRange } from "../../../src/domain/time/split.js";

const parsed = parseInterval({ interval: "hour" });
if (!parsed.ok) throw new Error("an hour is an interval");
const { spec } = parsed;

function hour(hours: number): number {
  return instantOf("2024-03-10T00:00:00Z") + hours * 3_600_000;
}

function claim(
  kind: CoverageClaim["kind"],
  from: number,
  to: number,
): CoverageClaim {
  return { kind, backfill: null, startMs: hour(from), endMs: hour(to) };
}

/** A firing of 06:20, of a schedule since 02:00 that has fired through 04:00. */
function due(changes: Partial<FiringRequest> = {}) {
  const { uncovered, lookback, throughMs } = dueIntervals({
    spec,
    firedForMs: hour(6) + 1_200_000,
    liveFromMs: hour(2),
    firedThroughMs: hour(4),
    lookback: 0,
    isTriggered: false,
    claims: [claim("covered", 2, 4)],
    ...changes,
  });
  return {
    uncovered: hoursOf(uncovered),
    lookback: hoursOf(lookback),
    through: formatInstant(throughMs),
  };
}

function hoursOf(ranges: readonly TimeRange[]): readonly number[] {
  return ranges.map(({ startMs }) => (startMs - hour(0)) / 3_600_000);
}

test("takes what has closed by the nominal time and is not covered", () => {
  expect(due()).toEqual({
    uncovered: [4, 5],
    lookback: [],
    through: "2024-03-10T06:00:00Z",
  });
});

test("takes again what failed or was missed before, but nothing from before the schedule began", () => {
  const claims = [claim("failed", 1, 3)];
  expect(due({ claims }).uncovered).toEqual([2, 3, 4, 5]);
});

test("leaves to an open run what has not newly closed", () => {
  const claims = [claim("open", 2, 6)];
  expect(due({ claims }).uncovered).toEqual([4, 5]);
});

test("what was written under another definition is not missing", () => {
  const claims = [claim("stale", 2, 6)];
  expect(due({ claims }).uncovered).toEqual([]);
});

test("looks back from the first newly closed interval, and before the beginning too", () => {
  expect(due({ lookback: 3 }).lookback).toEqual([1, 2, 3]);
});

test("what is uncovered is not in the lookback as well", () => {
  const claims = [claim("covered", 2, 3)];
  expect(due({ lookback: 2, claims })).toMatchObject({
    uncovered: [3, 4, 5],
    lookback: [2],
  });
});

test("a second poke for the same time takes nothing, and a trigger the lookback", () => {
  const again = {
    firedThroughMs: hour(6),
    claims: [claim("covered", 2, 6)],
    lookback: 2,
  };
  expect(due(again)).toMatchObject({ uncovered: [], lookback: [] });
  expect(due({ ...again, isTriggered: true }).lookback).toEqual([4, 5]);
});

test("a poke that comes late, for a time before the latest, takes what is missing until then", () => {
  const late = { firedThroughMs: hour(9), claims: [claim("covered", 4, 9)] };
  expect(due({ ...late, lookback: 2 })).toMatchObject({
    uncovered: [2, 3],
    lookback: [],
  });
});
