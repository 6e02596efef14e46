import { describe, expect, test } from "@jest/globals";
import { createWatchView } from "../../../src/cli/backfills/watch-view.js";
import { aDescription } from "../a-description.js";
import { capturedStream } from "../captured.js";

function viewOn(columns: number | null, env: Record<string, string> = {}) {
  const stderr = capturedStream(columns);
  let nowMs = 0;
  const view = createWatchView({
    surroundings: { stderr: stderr.stream, env },
    noColor: true,
    nowMs: () => nowMs,
  });
  return {
    view,
    text: stderr.text,
    after: (ms: number) => {
      nowMs += ms;
    },
  };
}

function finished(runs: number) {
  const progress = { total_runs: 181, finished_runs: runs, progress: 0.1 };
  return aDescription({ progress });
}

describe("on a terminal", () => {
  test("the bar is drawn over itself and ends with its line", () => {
    const { view, text } = viewOn(100);
    view.show(finished(1));
    view.show(finished(2));
    view.end();
    expect(text()).toMatch(
      /^\r\u001b\[2KRunning .* 1\/181 runs[^\n]*\r\u001b\[2KRunning .* 2\/181 runs[^\n]*\n$/,
    );
  });

  test("a notice takes the bar's line, and the bar goes on below it", () => {
    const { view, text } = viewOn(100);
    view.show(finished(1));
    view.notice("The servers answer again.");
    expect(text()).toMatch(/The servers answer again\.\nRunning /);
  });

  test("colour is not used when it is not wanted", () => {
    const { view, text } = viewOn(100);
    view.show(aDescription({ status: "Completed" }));
    expect(text()).not.toMatch(/\[3\dm/);
  });
});

describe("elsewhere", () => {
  test.each([
    ["a pipe", null, {}],
    ["a terminal that can't move its cursor", 100, { TERM: "dumb" }],
  ])("nothing is drawn over on %s", (_name, columns, env) => {
    const { view, text } = viewOn(columns, env);
    view.show(finished(1));
    view.end();
    expect(text()).toMatch(/^Running {2}10\.0% {2}1\/181 runs .*\n$/);
    expect(text()).not.toContain("\u001b");
  });

  test("a line comes when something changed, at most one in 5 s", () => {
    const { view, text, after } = viewOn(null);
    view.show(finished(1));
    view.show(finished(2));
    after(5_000);
    view.show(finished(3));
    after(5_000);
    view.show(finished(3));
    const lines = text().trimEnd().split("\n");
    expect(lines.map((line) => /(\d+)\/181/.exec(line)?.[1])).toEqual([
      "1",
      "3",
    ]);
  });

  test("a change of the status is told at once", () => {
    const { view, text } = viewOn(null);
    view.show(finished(1));
    view.show(aDescription({ status: "Completed" }));
    expect(text()).toMatch(/^Running .*\nCompleted .*\n$/);
  });
});
