import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { identifyProcess } from "../../src/embedded/process/process-identity.js";
import { waitUntil } from "../../src/embedded/process/wait-until.js";

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Script {
  readonly runJest: (request: {
    readonly args: readonly string[];
    readonly outputFile: string;
    readonly env: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
  }) => Promise<Counts>;
}

const script = join(import.meta.dirname, "../../scripts/run-jest.mjs");

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "refill-run-jest-"));
});

afterEach(() => rm(folder, { recursive: true }));

/** Runs one test file of the text in a project of its own. */
async function run(text: string, signal = new AbortController().signal) {
  const { runJest } = (await import(script)) as Script;
  await writeFile(join(folder, "package.json"), "{}");
  await writeFile(join(folder, "one.test.js"), text);
  return runJest({
    args: ["--rootDir", folder, "--config", "{}"],
    outputFile: join(folder, "results.json"),
    env: {},
    signal,
  });
}

test("what jest ran is counted", async () => {
  const text = `test("passes", () => undefined); test.skip("is skipped", () => undefined);`;
  expect(await run(text)).toEqual({ passed: 1, failed: 0, skipped: 1 });
});

test("a jest that crashes counts as a failure", async () => {
  expect(await run("process.kill(process.pid, 'SIGKILL');")).toMatchObject({
    passed: 0,
    failed: 1,
  });
});

test("an abort ends jest with what its tests started, and nothing is counted", async () => {
  const interrupt = new AbortController();
  const pidFile = join(folder, "pid");
  const running = run(
    `const { spawn } = require("node:child_process");
     test("waits", () => new Promise(() => {
       const child = spawn("sleep", ["600"]);
       require("node:fs").writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
     }), 600_000);`,
    interrupt.signal,
  );
  const limit = { timeoutMs: 60_000 };
  expect(await waitUntil(() => pidIn(pidFile) !== null, limit)).toBe(true);
  const pid = pidIn(pidFile) ?? 0;
  interrupt.abort();
  await expect(running).rejects.toThrow("abort");
  expect(await waitUntil(() => identifyProcess(pid) === null, limit)).toBe(
    true,
  );
});

function pidIn(path: string): number | null {
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  return text === "" ? null : Number(text);
}
