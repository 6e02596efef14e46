import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";

type Step = readonly [name: string, program: string, ...args: string[]];

interface RunCheck {
  readonly runCheck: (options: {
    readonly steps: readonly Step[];
    readonly lanes?: number;
    readonly signal?: AbortSignal;
  }) => Promise<{
    readonly passed: number;
    readonly failed: number;
    readonly skipped: number;
  }>;
}

const root = join(import.meta.dirname, "../..");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "refill-check-"));
  writeFileSync(
    join(folder, "exit.mjs"),
    "process.exitCode = Number(process.argv[2]);",
  );
  writeFileSync(join(folder, "hang.mjs"), "setInterval(() => {}, 1_000);");
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("a check that passes counts as nothing, for it is no test", async () => {
  const { runCheck } = await load();
  const steps = [step("exit.mjs", "0"), step("exit.mjs", "0")];
  expect(await runCheck({ steps })).toEqual(counts(0));
});

test.each([1, 2])(
  "one failure is counted, however many of the steps fail, with %d lanes",
  async (lanes) => {
    const { runCheck } = await load();
    const steps = ["0", "1", "3", "0"].map((code) => step("exit.mjs", code));
    expect(await runCheck({ steps, lanes })).toEqual(counts(1));
  },
);

test("a program that is not there fails", async () => {
  const { runCheck } = await load();
  expect(await runCheck({ steps: [step("gone.mjs")] })).toEqual(counts(1));
});

test("a check that is aborted ends its steps, and has failed", async () => {
  const { runCheck } = await load();
  const interrupt = new AbortController();
  const ends = runCheck({
    steps: [step("hang.mjs"), step("hang.mjs")],
    signal: interrupt.signal,
  });
  interrupt.abort();
  expect(await ends).toEqual(counts(1));
});

function step(program: string, ...args: string[]): Step {
  const path = relative(join(root, "node_modules"), join(folder, program));
  return [program, path, ...args];
}

function counts(failed: number) {
  return { passed: 0, failed, skipped: 0 };
}

async function load(): Promise<RunCheck> {
  return (await import(join(root, "scripts/run-check.mjs"))) as RunCheck;
}
