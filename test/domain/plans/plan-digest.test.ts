import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { canonicalJson } from "../../../src/domain/canonical-json.js";
import {
  digestPlan,
  type PlanHeader,
} from "../../../src/domain/plans/plan-digest.js";
import { formatInstant } from "../../../src/domain/time/instant.js";
import { intervalsOf, type TimeRange } from "../../../src/domain/time/split.js";
import { day, specOf } from "../zones.js";

const header: PlanHeader = {
  batch_export: "0190f1e4-7a3b-7c55-8f0e-2f9d6b1c4a10",
  definition: { name: "flights", team: 1, source: { table: "flights" } },
  time_zone_version: "2025c",
  only: "all",
  order: "oldest",
  overlap: "refuse",
  range: { start: null, end: "2001-03-05T05:00:00Z" },
};

const march = {
  startMs: Date.parse("2001-03-01T05:00:00Z"),
  endMs: Date.parse("2001-03-05T05:00:00Z"),
};
const runs = [...intervalsOf(day("America/New_York"), march)];

function digest(
  change: Partial<PlanHeader> = {},
  intervals: Iterable<TimeRange> = runs,
): string {
  return digestPlan({
    header: { ...header, ...change },
    intervals,
    hash: sha256(),
  });
}

function sha256() {
  const hash = createHash("sha256");
  return {
    update: (text: string) => hash.update(text),
    digest: () => hash.digest("hex"),
  };
}

describe("digestPlan", () => {
  test("is the hash of one document of canonical JSON, which anyone can rebuild", () => {
    const document = canonicalJson({
      ...header,
      runs: runs.map((run) => [
        formatInstant(run.startMs),
        formatInstant(run.endMs),
      ]),
    });
    expect(document).toContain(
      '"runs":[["2001-03-01T05:00:00Z","2001-03-02T05:00:00Z"],',
    );
    expect(digest()).toBe(createHash("sha256").update(document).digest("hex"));
  });

  test("is the same document in many chunks", () => {
    const startMs = Date.UTC(2001, 0, 1);
    const range = { startMs, endMs: startMs + 50_000 * 3_600_000 };
    const spec = specOf({ interval: "hour" });
    let document = "";
    let updates = 0;
    digestPlan({
      header,
      intervals: intervalsOf(spec, range),
      hash: {
        update: (text) => {
          document += text;
          updates += 1;
        },
        digest: () => "",
      },
    });
    expect(JSON.parse(document)).toEqual({
      ...header,
      runs: [...intervalsOf(spec, range)].map((run) => [
        formatInstant(run.startMs),
        formatInstant(run.endMs),
      ]),
    });
    expect(updates).toBeLessThan(50);
    expect(document).toBe(canonicalJson(JSON.parse(document)));
  });

  test.each<[string, Partial<PlanHeader>]>([
    ["the export", { batch_export: "0190f1e4-7a3b-7c55-8f0e-2f9d6b1c4a11" }],
    ["the definition", { definition: { name: "flights", team: 2 } }],
    ["the time-zone data", { time_zone_version: "2026a" }],
    ["--only", { only: "missing" }],
    ["the order", { order: "newest" }],
    ["the overlap", { overlap: "allow" }],
    [
      "the start",
      { range: { ...header.range, start: "2001-03-01T05:00:00Z" } },
    ],
    ["the end", { range: { ...header.range, end: "2001-03-06T05:00:00Z" } }],
  ])("is another when %s is another", (_, change) => {
    expect(digest(change)).not.toBe(digest());
  });

  test("is another when any bound of any run is another", () => {
    const digests = runs.flatMap((run, index) => [
      digest({}, runs.with(index, { ...run, startMs: run.startMs + 1 })),
      digest({}, runs.with(index, { ...run, endMs: run.endMs + 1 })),
      digest({}, runs.toSpliced(index, 1)),
    ]);
    expect(new Set([...digests, digest(), digest({}, [])]).size).toBe(
      digests.length + 2,
    );
  });

  test("does not change with the order in which a definition names things", () => {
    const definition = {
      source: { table: "flights" },
      team: 1,
      name: "flights",
    };
    expect(digest({ definition })).toBe(digest());
  });
});
