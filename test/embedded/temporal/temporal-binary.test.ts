import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { takeProcessLock } from "../../../src/embedded/process/process-lock.js";
import {
  cachedBinaryPath,
  ensureTemporalBinary,
} from "../../../src/embedded/temporal/temporal-binary.js";

// A `temporal` on PATH comes first: these tests look at what follows, so it must not be there.
const path = process.env["PATH"];
let cacheDir = "";

beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), "refill-cache-"));
  process.env["PATH"] = "/nowhere";
});

afterEach(async () => {
  process.env["PATH"] = path;
  await rm(cacheDir, { recursive: true, force: true });
});

test("the binary in the project's cache is taken, and it says so", async () => {
  await cacheBinary("1.29.1");
  const lines: string[] = [];
  const binary = await ensureTemporalBinary({
    cacheDir,
    say: (line) => lines.push(line),
  });
  expect(binary).toEqual({
    command: cachedBinaryPath(cacheDir),
    serverVersion: "1.29.1",
    origin: "from the project's cache",
  });
  expect(lines).toEqual([
    `Temporal: using ${cachedBinaryPath(cacheDir)} (from the project's cache, server 1.29.1)`,
  ]);
});

test("a second starter waits for the one that makes the binary, says so, and takes the result", async () => {
  const lock = await takeProcessLock(join(cacheDir, "temporal.lock"));
  const lines: string[] = [];
  const waiting = new Promise<void>((resolve) => {
    void ensureTemporalBinary({
      cacheDir,
      say: (line) => {
        lines.push(line);
        if (line.includes("from the project's cache")) resolve();
        else void cacheBinary("1.29.1").then(() => release(lock));
      },
    });
  });
  await waiting;
  expect(lines[0]).toContain(`waiting for process ${process.pid}`);
});

test("a wait for another starter's build can be interrupted", async () => {
  const lock = await takeProcessLock(join(cacheDir, "temporal.lock"));
  const waiting = ensureTemporalBinary({
    cacheDir,
    say: () => undefined,
    signal: AbortSignal.abort(),
  });
  await expect(waiting).rejects.toMatchObject({ code: "INTERRUPTED" });
  await release(lock);
});

async function cacheBinary(version: string): Promise<void> {
  const file = cachedBinaryPath(cacheDir);
  await writeFile(file, `#!/bin/sh\necho "temporal (Server ${version})"\n`);
  await chmod(file, 0o755);
}

async function release(
  lock: Awaited<ReturnType<typeof takeProcessLock>>,
): Promise<void> {
  if ("release" in lock) await lock.release();
}
