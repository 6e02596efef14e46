import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { downloadWithSdk } from "../../../src/embedded/temporal/sdk-download.js";

let folder = "";
let lines: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "refill-download-"));
  lines = [];
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Runs a program in the place of the SDK's; its folder is `into`. */
async function download(
  source: string,
  limits: { readonly firstByteMs: number; readonly wholeMs: number },
): Promise<boolean> {
  const program = join(folder, "program.mjs");
  const imports = 'import { renameSync, writeFileSync } from "node:fs";';
  await writeFile(
    program,
    `${imports}\nconst into = process.argv[2];\n${source}`,
  );
  return downloadWithSdk({
    cacheDir: folder,
    target: join(folder, "temporal"),
    say: (line) => lines.push(line),
    program,
    limits,
  });
}

const hang = "setInterval(() => undefined, 60_000);";
const part = "`${into}/temporal.downloading`";

test("the SDK's download is taken when it is whole", async () => {
  const done = await download(
    `writeFileSync(${part}, "whole"); renameSync(${part}, \`\${into}/temporal\`);`,
    { firstByteMs: 60_000, wholeMs: 60_000 },
  );
  expect(done).toBe(true);
  expect(await readFile(join(folder, "temporal"), "utf8")).toBe("whole");
  expect((await readdir(folder)).sort()).toEqual(["program.mjs", "temporal"]);
});

test("the SDK's download is given up when no byte of it comes", async () => {
  const done = await download(hang, { firstByteMs: 100, wholeMs: 20_000 });
  expect(done).toBe(false);
  expect(lines[1]).toContain("not a byte came within 0.1 s");
});

test("an empty file is not a byte", async () => {
  const done = await download(`writeFileSync(${part}, ""); ${hang}`, {
    firstByteMs: 1_000,
    wholeMs: 20_000,
  });
  expect(done).toBe(false);
  expect(lines[1]).toContain("not a byte came");
});

test("half a download is not taken when its time is over", async () => {
  const done = await download(`writeFileSync(${part}, "half"); ${hang}`, {
    firstByteMs: 60_000,
    wholeMs: 100,
  });
  expect(done).toBe(false);
  expect(lines[1]).toContain("it took longer than 0.1 s");
  expect(await readdir(folder)).toEqual(["program.mjs"]);
});

test("a download that fails at once is not waited for", async () => {
  const done = await download("process.exit(1);", {
    firstByteMs: 20_000,
    wholeMs: 20_000,
  });
  expect(done).toBe(false);
  expect(lines[1]).toContain("can't be reached from here");
});
