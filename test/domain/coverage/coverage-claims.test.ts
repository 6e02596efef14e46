import { describe, expect, test } from "@jest/globals";
import {
  claimsOf,
  type CoveragePlan,
  possiblySuperseded,
} from "../../../src/domain/coverage/coverage-claims.js";

function plan(changes: Partial<CoveragePlan>): CoveragePlan {
  return {
    id: "a",
    isCurrent: true,
    status: "Completed",
    selection: "all",
    isTrimmed: false,
    isRepinned: false,
    startMs: 0,
    endMs: 100,
    plannedAt: "2024-01-01 00:00:00+00",
    finishedAt: "2024-01-01 01:00:00+00",
    dataStartMs: 0,
    ...changes,
  };
}

function claims(
  plans: readonly CoveragePlan[],
  rest: Partial<Parameters<typeof claimsOf>[0]> = {},
) {
  return claimsOf({ plans, runs: [], superseded: [], ...rest });
}

describe("claimsOf", () => {
  test("a completed backfill covers from its data on, and has no data before it", () => {
    expect(claims([plan({ startMs: null, dataStartMs: 40 })])).toEqual([
      { kind: "covered", backfill: "a", startMs: 40, endMs: 100 },
      { kind: "empty", backfill: "a", startMs: -Infinity, endMs: 40 },
    ]);
  });

  test("a range without data is all of it empty", () => {
    expect(claims([plan({ dataStartMs: null })])).toEqual([
      { kind: "empty", backfill: "a", startMs: 0, endMs: 100 },
    ]);
  });

  test("data that a later plan found ends an earlier plan's word that there is none", () => {
    const later = plan({
      id: "b",
      plannedAt: "2024-02-01 00:00:00+00",
      dataStartMs: 20,
    });
    expect(
      claims([plan({ dataStartMs: null }), later]).filter(
        ({ kind }) => kind === "empty",
      ),
    ).toEqual([
      { kind: "empty", backfill: "a", startMs: 0, endMs: 20 },
      { kind: "empty", backfill: "b", startMs: 0, endMs: 20 },
    ]);
  });

  test("what another definition wrote is stale, and what it found empty is too", () => {
    expect(claims([plan({ isCurrent: false, dataStartMs: 40 })])).toEqual([
      { kind: "stale", backfill: "a", startMs: 40, endMs: 100 },
      { kind: "stale-empty", backfill: "a", startMs: 0, endMs: 40 },
    ]);
  });

  test("a backfill that is not planned yet claims its range while it is open", () => {
    const unplanned = { plannedAt: null, dataStartMs: null, finishedAt: null };
    expect(claims([plan({ ...unplanned, status: "Running" })])).toEqual([
      { kind: "open", backfill: "a", startMs: 0, endMs: 100 },
    ]);
    expect(claims([plan({ ...unplanned, status: "Cancelled" })])).toEqual([]);
  });

  test("of a plan that tiles its range all but the exceptions is completed, and covered but for what another definition wrote later", () => {
    const failed = plan({ status: "Failed" });
    const run = { backfill: "a", startMs: 0, endMs: 50 };
    expect(
      claims([failed], {
        runs: [
          { ...run, state: "none", startMs: 60, endMs: 100 },
          { ...run, state: "failed", startMs: 50, endMs: 60 },
        ],
        superseded: [{ startMs: 10, endMs: 20 }],
      }),
    ).toEqual([
      { kind: "covered", backfill: "a", startMs: 0, endMs: 10 },
      { kind: "covered", backfill: "a", startMs: 20, endMs: 50 },
      { kind: "failed", backfill: "a", startMs: 50, endMs: 60 },
    ]);
  });
});

test("the runs of a plan that chose its intervals are taken one by one", () => {
  const chosen = plan({ status: "Failed", selection: "missing" });
  const run = { backfill: "a", startMs: 0, endMs: 50 };
  expect(claims([chosen], { runs: [{ ...run, state: "completed" }] })).toEqual([
    { kind: "covered", backfill: "a", startMs: 0, endMs: 50 },
  ]);
});

describe("possiblySuperseded", () => {
  const old = plan({
    id: "old",
    isCurrent: false,
    plannedAt: "2023-01-01 00:00:00+00",
    finishedAt: "2023-01-02 00:00:00+00",
  });

  const nothing = { backfills: [], liveRuns: false };

  test("an older definition's backfill that ended before the current one's plan can't have written after it", () => {
    expect(possiblySuperseded([old, plan({})], [])).toEqual(nothing);
  });

  test("one that ended later, or is open, may have, where they share time", () => {
    const both = { backfills: ["a", "old"], liveRuns: false };
    const later = { ...old, finishedAt: "2024-03-01 00:00:00+00" };
    expect(possiblySuperseded([later, plan({})], [])).toEqual(both);
    expect(
      possiblySuperseded([{ ...old, finishedAt: null }, plan({})], []),
    ).toEqual(both);
    expect(
      possiblySuperseded(
        [{ ...later, startMs: 100, endMs: 200 }, plan({})],
        [],
      ),
    ).toEqual(nothing);
  });

  test("a backfill that took another definition may have written both, but each interval once", () => {
    const repinned = plan({ isCurrent: false, isRepinned: true });
    expect(possiblySuperseded([repinned], [])).toEqual(nothing);
    const later = plan({ id: "b", finishedAt: "2024-03-01 00:00:00+00" });
    expect(possiblySuperseded([repinned, later], [])).toEqual({
      backfills: ["b", "a"],
      liveRuns: false,
    });
  });

  test("live runs of the current definition may have been followed by an older one's backfill, and the other way round", () => {
    const live = {
      startMs: 50,
      endMs: 60,
      isCurrent: true,
      firstFinishedAt: "2023-01-01 12:00:00+00",
      lastFinishedAt: "2023-01-01 12:00:00+00",
    };
    const backfilled = { backfills: ["old"], liveRuns: true };
    expect(possiblySuperseded([old], [live])).toEqual(backfilled);
    expect(
      possiblySuperseded([old], [{ ...live, startMs: 100, endMs: 110 }]),
    ).toEqual(nothing);
    const late = { ...live, lastFinishedAt: "2024-02-01 00:00:00+00" };
    expect(
      possiblySuperseded([plan({})], [{ ...late, isCurrent: false }]),
    ).toEqual({ backfills: ["a"], liveRuns: true });
  });
});
