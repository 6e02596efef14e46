import { expect, test } from "@jest/globals";
import { programLog } from "../../../src/cli/process/program-log.js";

/** What a log writes. */
function linesOf(
  json: boolean,
  format: "text" | "json",
): { readonly log: ReturnType<typeof programLog>; readonly lines: string[] } {
  const lines: string[] = [];
  const output = { json, notice: (line: string) => lines.push(line) };
  const now = () => new Date("2024-03-01T00:00:00Z");
  return { log: programLog(output, format, now), lines };
}

test("a line for people has its time, its level where it is a warning, and the facts", () => {
  const { log, lines } = linesOf(false, "text");
  log("Shutting down");
  log("A run failed", { level: "error", run: "a/0", run_attempt: 2 });
  expect(lines).toEqual([
    "2024-03-01T00:00:00.000Z Shutting down",
    '2024-03-01T00:00:00.000Z ERROR A run failed {"run":"a/0","run_attempt":2}',
  ]);
});

test.each([
  ["REFILL_LOG_FORMAT=json", false, "json"],
  ["--json", true, "text"],
] as const)("with %s a line is one JSON document", (_how, json, format) => {
  const { log, lines } = linesOf(json, format);
  log("A run\nfailed", { level: "error", records: 3n, run: "a/0" });
  const at = "2024-03-01T00:00:00.000Z";
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { at, level: "error", message: "A run\nfailed", records: 3, run: "a/0" },
  ]);
});
