import { describe, expect, test } from "@jest/globals";
import { backfillObjectOf } from "../../src/cli/backfills/backfill-object.js";
import {
  backfillDetails,
  backfillsTable,
} from "../../src/cli/backfills/backfill-view.js";
import {
  badEndLines,
  closingText,
  descriptionText,
} from "../../src/cli/backfills/description-view.js";
import {
  exportDetails,
  exportsTable,
} from "../../src/cli/exports/export-view.js";
import { quoted, rangeWords } from "../../src/cli/options/range-options.js";
import { planText } from "../../src/cli/plans/plan-view.js";
import { createRunsTable } from "../../src/cli/runs/runs-view.js";
import type { BatchExportObject } from "../../src/contract/objects/batch-export.js";
import type { PlanObject } from "../../src/contract/objects/plan.js";
import type { RunObject } from "../../src/contract/objects/run.js";
import { aDescription } from "./a-description.js";

const at = "2001-07-01T00:00:00Z";

describe("a backfill", () => {
  test("out of a description has the twelve properties and no others", () => {
    expect(Object.keys(backfillObjectOf(aDescription()))).toEqual([
      "id",
      "team",
      "batch_export",
      "start_at",
      "end_at",
      "adjusted_start_at",
      "status",
      "progress",
      "total_records_count",
      "created_at",
      "finished_at",
      "last_updated_at",
    ]);
  });

  test("marks an estimate until the close makes it exact", () => {
    const open = aDescription();
    expect(backfillDetails(open)).toMatch(/^Records +~3,000,000$/m);
    const closed = aDescription({ status: "Completed", finished_at: at });
    expect(backfillDetails(closed)).toMatch(/^Records +3,000,000$/m);
  });

  test("says that it is paused, since when and why, though its status is Running", () => {
    const remarks = {
      exportName: "flights",
      pausedAt: at,
      pausedReason: "lunch",
      error: null,
    };
    const text = backfillDetails(aDescription(), remarks);
    expect(text).toMatch(
      new RegExp(`^Status +Running, paused since ${at}: lunch$`, "m"),
    );
    expect(text).toMatch(/^Batch export +flights \(7c9e6679-.*\)$/m);
    const silent = backfillDetails(aDescription(), {
      ...remarks,
      pausedReason: null,
    });
    expect(silent).toMatch(
      new RegExp(`^Status +Running, paused since ${at}$`, "m"),
    );
  });

  test("that failed as a whole says why", () => {
    const text = backfillDetails(
      aDescription({ status: "Failed", finished_at: at }),
      {
        exportName: "flights",
        pausedAt: null,
        pausedReason: null,
        error: {
          code: "SOURCE_NOT_FOUND",
          message: "Expected a table.",
          retryable: false,
        },
      },
    );
    expect(text).toMatch(/^Status +Failed$/m);
    expect(text).toMatch(/^Error +SOURCE_NOT_FOUND: Expected a table\.$/m);
  });

  test("without a plan has no figures rather than wrong ones", () => {
    const unplanned = aDescription({
      progress: { total_runs: null, finished_runs: null, progress: null },
      total_records_count: null,
    });
    expect(backfillDetails(unplanned)).toMatch(/^Runs +-$/m);
    expect(backfillDetails(unplanned)).toMatch(
      /^Status +Running \(planning\)$/m,
    );
    const listed = { backfill: unplanned, exportName: "flights" };
    expect(backfillsTable([listed])).toMatch(/flights +Running +- +- +- /);
  });

  test.each(["Running", "Completed", "Cancelled"] as const)(
    "that is %s has no bad end to tell of",
    (status) => {
      expect(badEndLines(aDescription({ status }))).toEqual([]);
    },
  );

  test("that failed is told with its reason and the way on", () => {
    const error = {
      code: "SOURCE_NOT_FOUND",
      message: "Expected a table.",
      retryable: false,
    };
    const of = aDescription({ status: "Failed", error, failures: [] });
    expect(badEndLines(of)).toEqual([
      "SOURCE_NOT_FOUND: Expected a table.",
      `\`refill backfill describe ${of.id}\` tells more. Once it is mended, \`refill backfill retry ${of.id}\` runs what is not completed.`,
    ]);
  });

  test("in full shows failures, commands and where it is in Temporal", () => {
    const text = descriptionText(
      aDescription({
        failures: [
          {
            code: "SOURCE_TIMEOUT",
            fingerprint: "SOURCE_TIMEOUT: no answer in # s",
            runs: 2,
            retryable: true,
            first_at: at,
            last_at: at,
            sample: { ordinal: 17, message: "no answer in 30 s" },
          },
        ],
        commands: [
          {
            id: "c",
            kind: "cancel",
            arguments: { mode: "drain" },
            requested_by: "bob@host",
            requested_at: at,
            reason: "wrong month",
          },
        ],
      }),
    );
    expect(text).toMatch(/SOURCE_TIMEOUT +2 +yes .*run 17: no answer in 30 s/);
    expect(text).toMatch(/cancel drain +bob@host +wrong month/);
    expect(text).toMatch(
      /^Runs by status +101 completed, 4 running, 76 waiting$/m,
    );
    expect(text).toMatch(/^Temporal workflow +backfill-0f8fad5b/m);
  });

  test("closes with a line of its outcome, and the failures by code", () => {
    const text = closingText(aDescription({ status: "FailedRetryable" }));
    expect(text).toBe(
      "FailedRetryable. Runs: 101 completed, 4 running, 76 waiting. 1,672,345 records, 123.5 MB.\n",
    );
  });
});

describe("a plan", () => {
  const runs = Array.from({ length: 30 }, (_, day) => ({
    data_interval_start: `2001-03-${String(day + 1).padStart(2, "0")}T05:00:00Z`,
    data_interval_end: `2001-03-${String(day + 2).padStart(2, "0")}T05:00:00Z`,
    records_expected: day === 0 ? null : BigInt(day) * 1000n,
  }));
  const plan: PlanObject = {
    definition_version: 1,
    start: null,
    end: "2001-07-01T04:00:00Z",
    order: "oldest",
    only: "all",
    overlap: "refuse",
    digest: "a".repeat(64),
    total_runs: 30,
    total_records_count: 435_000n,
    adjusted_start_at: "2001-03-01T05:00:00Z",
    estimated_seconds: 95,
    conflicts: [],
    warnings: ["There is no index on departed_at."],
    runs,
  };
  const hint = {
    name: "flights",
    start: "refill backfill start flights",
    overlap: "refuse",
  } as const;

  test("is told in figures, with the first and last runs and how to start it", () => {
    const text = planText(plan, hint);
    expect(text).toMatch(/^Runs +30$/m);
    expect(text).toMatch(/^Records +435,000$/m);
    expect(text).toMatch(/^Estimated time +about 1m 35s$/m);
    expect(text).toMatch(/^Warning +There is no index on departed_at\.$/m);
    expect(text).toMatch(
      /^First interval +2001-03-01T05:00:00Z to 2001-03-02/m,
    );
    expect(text).toMatch(
      /^2001-03-05T05:00:00Z .* 4,000\n20 more\n2001-03-26/m,
    );
    expect(text).toMatch(/refill backfill start flights\n$/);
  });

  test("that was estimated and not counted marks its records", () => {
    const estimated = runs.map((run) => ({ ...run, records_expected: null }));
    expect(planText({ ...plan, runs: estimated }, hint)).toMatch(
      /^Records +~435,000$/m,
    );
  });

  const conflict = {
    backfill: "b1",
    status: "Running",
    start: null,
    end: at,
  } as const;

  test.each([
    ["trim", /^What the open backfills hold is left out\. Start exactly/m],
    ["queue", /^It waits for the open backfills to close\. Start exactly/m],
  ] as const)(
    "that conflicts, to be started with --overlap %s, says what comes of that",
    (overlap, said) => {
      const text = planText(
        { ...plan, conflicts: [conflict] },
        { ...hint, overlap },
      );
      expect(text).toMatch(said);
      expect(text).toMatch(/refill backfill start flights\n$/);
    },
  );

  test("that conflicts names the backfill in the way and offers no start", () => {
    const text = planText({ ...plan, conflicts: [conflict] }, hint);
    expect(text).toMatch(
      /^Conflict +backfill b1 \(Running\) covers the earliest data to/m,
    );
    expect(text).not.toContain("refill backfill start");
  });

  test("of nothing says that there is no data", () => {
    const nothing = {
      ...plan,
      total_runs: 0,
      runs: [],
      adjusted_start_at: null,
    };
    expect(planText(nothing, hint)).toMatch(
      /^Adjusted start +none: there is no data/m,
    );
  });

  test("is repeated in a hint with the options it was made with, quoted for the shell", () => {
    const options = {
      start: "2001-03-01",
      order: "newest",
      only: "all",
      overlap: "trim",
    } as const;
    expect(rangeWords(options)).toBe(
      " --start 2001-03-01 --order newest --overlap trim",
    );
    expect(quoted("my flights' copy")).toBe("'my flights'\\'' copy'");
    expect(quoted("$(reboot)")).toBe("'$(reboot)'");
  });
});

describe("runs", () => {
  const run: RunObject = {
    id: "r",
    backfill: "b",
    batch_export: "e",
    team: 1,
    ordinal: 17,
    data_interval_start: "2001-03-18T05:00:00Z",
    data_interval_end: "2001-03-19T05:00:00Z",
    status: "FailedRetryable",
    records_completed: null,
    records_expected: 5n,
    bytes_exported: null,
    attempt: 5,
    latest_error: {
      code: "SOURCE_TIMEOUT",
      message: "x".repeat(300),
      retryable: true,
    },
    skip_reason: null,
    files: [],
    created_at: at,
    started_at: at,
    finished_at: at,
    last_updated_at: at,
  };

  test("show the latest error, cut to a line", () => {
    const [, line] = createRunsTable().block([run]).split("\n");
    expect(line).toMatch(
      /^ {4}17 .* FailedRetryable .* SOURCE_TIMEOUT: x+\.\.\.$/,
    );
    expect(line?.length).toBeLessThan(220);
  });

  test("show why they had nothing to do", () => {
    const empty = { ...run, latest_error: null, skip_reason: "no data" };
    expect(createRunsTable().block([empty])).toMatch(/ no data\n$/);
  });
});

describe("batch exports", () => {
  const flights: BatchExportObject = {
    id: "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    team: 1,
    name: "flights",
    definition_version: 2,
    definition: {
      interval: "day",
      source: { type: "postgres", query: "select 1" },
      destination: { type: "files", path: "flights" },
      format: { type: "jsonl" },
    },
    created_at: at,
    last_updated_at: at,
  };

  test("are listed one a line, and how to create one where there is none", () => {
    expect(exportsTable([flights])).toMatch(
      /^flights +1 +day +query +files:flights +jsonl +7c9e6679/m,
    );
    expect(exportsTable([])).toContain("refill export create FILE");
  });

  test("are shown with their definition as YAML", () => {
    expect(exportDetails(flights)).toContain(
      "Definition\n  interval: day\n  source:\n    type: postgres\n",
    );
  });
});
