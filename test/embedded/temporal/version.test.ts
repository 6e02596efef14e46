import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { checkTemporalVersion } from "../../../src/embedded/temporal/version.js";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "refill-version-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test.each(["1.29.0", "1.29.1", "1.30.0", "2.0.0"])(
  "server %s is new enough",
  async (version) => {
    const command = await program(
      `echo "temporal version 1.5.1 (Server ${version}, UI 2.42.1)"`,
    );
    expect(await checkTemporalVersion(command)).toEqual({
      state: "usable",
      serverVersion: version,
    });
  },
);

test.each(["1.28.9", "1.9.0", "0.30.0"])(
  "server %s is refused, naming both versions",
  async (version) => {
    const command = await program(`echo "temporal (Server ${version})"`);
    expect(await checkTemporalVersion(command)).toEqual({
      state: "unusable",
      reason: `its server is ${version}, 1.29.0 or newer is needed`,
    });
  },
);

test("a program that tells no version, or fails, is refused", async () => {
  const silent = await program("exit 3");
  expect(await checkTemporalVersion(silent)).toMatchObject({
    state: "unusable",
  });
});

test("a file that can't be executed is refused, not a crash", async () => {
  const path = join(folder, "plain");
  await writeFile(path, "not a program", { mode: 0o600 });
  expect(await checkTemporalVersion(path)).toMatchObject({ state: "unusable" });
});

test("a program that is not there is absent", async () => {
  expect(await checkTemporalVersion(join(folder, "missing"))).toEqual({
    state: "absent",
  });
});

async function program(body: string): Promise<string> {
  const path = join(folder, `program-${Math.random()}`);
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}
