import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  progressView,
  renderProgressBar,
  renderProgressLine,
} from "../../../src/cli/backfills/progress-bar.js";
import { createPaint } from "../../../src/cli/terminal/paint.js";
import { backfillStatuses } from "../../../src/domain/backfills/status.js";
import { aDescription } from "../a-description.js";

const plain = createPaint(false);
const running = progressView(aDescription());

describe("the bar", () => {
  test("shows runs, records, rate, ETA and failures on one line", () => {
    const view = { ...running, failedRuns: 2 };
    expect(
      renderProgressBar(view, { columns: 120, unicode: false, paint: plain }),
    ).toBe(
      "Running  [################--------------]   55.8%  101/181 runs  1,672,345 records  412,345/s  ETA 4s  2 failed",
    );
  });

  test("uses blocks where the terminal speaks Unicode", () => {
    const view = { ...running, share: 0.5 };
    expect(
      renderProgressBar(view, { columns: 120, unicode: true, paint: plain }),
    ).toContain(`[${"█".repeat(15)}${"░".repeat(15)}]`);
  });

  test("fits into any width, and keeps the status longest", () => {
    const look = { unicode: false, paint: plain };
    fc.assert(
      fc.property(
        fc.record({
          status: fc.constantFrom(...backfillStatuses),
          cancelling: fc.boolean(),
          paused: fc.boolean(),
          waitsFor: fc.nat(100),
          totalRuns: fc.option(fc.nat(5_000_000)),
          finishedRuns: fc.nat(5_000_000),
          share: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
          records: fc.bigInt(0n, 2n ** 63n - 1n),
          failedRuns: fc.nat(5_000_000),
          recordsPerSecond: fc.option(fc.nat(1e9)),
          runsPerSecond: fc.option(fc.nat(1e5)),
          etaSeconds: fc.option(fc.nat(1e7)),
        }),
        fc.nat(200),
        (view, columns) => {
          const line = renderProgressBar(view, { ...look, columns });
          expect(line.length).toBeLessThanOrEqual(columns);
          expect(line).toContain(view.status.slice(0, columns));
        },
      ),
    );
  });

  test("at 80 columns still shows runs, records, ETA and failures", () => {
    const view = { ...running, failedRuns: 2 };
    const line = renderProgressBar(view, {
      columns: 79,
      unicode: false,
      paint: plain,
    });
    expect(line).toMatch(
      /101\/181 runs {2}1,672,345 records .*ETA 4s {2}2 failed$/,
    );
  });

  test("is full only when all runs are finished", () => {
    const look = { columns: 120, unicode: false, paint: plain };
    expect(renderProgressBar({ ...running, share: 0.9999 }, look)).toContain(
      "#-]",
    );
    expect(renderProgressBar({ ...running, share: 1 }, look)).toContain(
      `[${"#".repeat(30)}]`,
    );
  });

  test("keeps its places while the figures grow", () => {
    const look = { columns: 120, unicode: false, paint: plain };
    const [early, late] = [
      { ...running, finishedRuns: 1, share: 0.005 },
      { ...running, finishedRuns: 181, share: 1 },
    ].map((view) => renderProgressBar(view, look));
    expect(early?.indexOf("/181 runs")).toBe(late?.indexOf("/181 runs"));
  });

  test("colours the end by its outcome and nothing else", () => {
    const look = { columns: 120, unicode: false, paint: createPaint(true) };
    const green = "\u001b[32mCompleted\u001b[39m";
    const red = "\u001b[31mFailed\u001b[39m";
    expect(
      renderProgressBar({ ...running, status: "Completed", share: 1 }, look),
    ).toContain(green);
    expect(renderProgressBar({ ...running, status: "Failed" }, look)).toContain(
      red,
    );
  });
});

describe("the line", () => {
  test("has the same figures without a bar", () => {
    expect(renderProgressLine(running)).toBe(
      "Running  55.8%  101/181 runs  1,672,345 records  412,345/s  ETA 4s",
    );
  });

  test("says that it plans until there is a plan, with no rate and no ETA", () => {
    const planning = progressView(
      aDescription({
        progress: null,
        runs: null,
        rate: {
          records_per_second: 0,
          runs_per_second: 0,
          eta_seconds: 0,
          eta_range_seconds: null,
        },
      }),
    );
    expect(renderProgressLine(planning)).toBe("Running (planning)");
  });

  test("says how many backfills a queued one waits for", () => {
    const queued = progressView(
      aDescription({
        status: "Starting",
        waits_for: ["a", "b"],
        progress: { total_runs: null, finished_runs: null, progress: null },
        rate: null,
      }),
    );
    expect(renderProgressLine(queued)).toBe("Starting (waits for 2 backfills)");
  });

  test("says that a cancel is under way", () => {
    const cancelling = progressView(
      aDescription({ cancel_requested_at: "2001-07-01T00:00:00Z" }),
    );
    expect(renderProgressLine(cancelling)).toMatch(/^Running \(cancelling\) /);
  });

  test("counts one run and one record as one", () => {
    const view = { ...running, totalRuns: 1, finishedRuns: 0, records: 1n };
    expect(renderProgressLine(view)).toContain("0/1 run  1 record  ");
  });

  test("tells runs a second while there are no records", () => {
    const view = { ...running, recordsPerSecond: 0 };
    expect(renderProgressLine(view)).toContain("24.1 runs/s");
  });
});
