import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { ownIdentity } from "../../../src/embedded/process/process-identity.js";
import {
  lockHolder,
  takeProcessLock,
} from "../../../src/embedded/process/process-lock.js";

let folder = "";
let path = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "refill-lock-"));
  path = join(folder, "lock");
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("the second taker is told who holds the lock, and gets it after the release", async () => {
  const first = await takeProcessLock(path);
  const second = await takeProcessLock(path);
  expect(second).toEqual({ heldBy: ownIdentity() });
  if ("release" in first) await first.release();
  expect(await lockHolder(path)).toBeNull();
  expect(await takeProcessLock(path)).toHaveProperty("release");
});

test("a lock whose holder is dead goes to exactly one of many takers", async () => {
  for (let round = 0; round < 30; round += 1) {
    await writeFile(path, JSON.stringify({ pid: 1, startedAt: "long ago" }));
    const taken = await Promise.all(
      Array.from({ length: 40 }, () => takeProcessLock(path)),
    );
    expect(taken.filter((result) => "release" in result)).toHaveLength(1);
  }
});

test("a lock file that is no JSON counts as a dead holder's", async () => {
  await writeFile(path, "torn");
  expect(await lockHolder(path)).toBeNull();
  expect(await takeProcessLock(path)).toHaveProperty("release");
});

test("taking and releasing leaves no file behind", async () => {
  await writeFile(path, JSON.stringify({ pid: 1, startedAt: "long ago" }));
  const lock = await takeProcessLock(path);
  if ("release" in lock) await lock.release();
  expect(await readdir(folder)).toEqual([]);
});
