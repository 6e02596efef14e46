import { describe, expect, test } from "@jest/globals";
import {
  planDifference,
  type PlanFacts,
} from "../../../src/domain/plans/plan-difference.js";

const plan: PlanFacts = {
  definition_version: 1,
  start: null,
  end: "2001-07-01T04:00:00Z",
  order: "oldest",
  only: "all",
  overlap: "refuse",
  total_runs: 181,
  adjusted_start_at: "2001-01-01T05:00:00Z",
};

describe("the difference of two plans", () => {
  test("is empty where they say the same", () => {
    expect(planDifference(plan, plan)).toEqual([]);
  });

  test("names each fact that is another now, and what is not there as none", () => {
    const now = {
      ...plan,
      start: "2001-02-01T05:00:00Z",
      total_runs: 0,
      adjusted_start_at: null,
    };
    expect(planDifference(plan, now)).toEqual([
      "the start was none and is 2001-02-01T05:00:00Z",
      "the number of runs was 181 and is 0",
      "the beginning of the data was 2001-01-01T05:00:00Z and is none",
    ]);
  });

  test("leaves out what the approved plan did not say", () => {
    const now = { ...plan, order: "newest", overlap: "trim" } as const;
    expect(planDifference({ order: "oldest" }, now)).toEqual([
      "--order was oldest and is newest",
    ]);
    expect(planDifference({}, now)).toEqual([]);
  });
});
