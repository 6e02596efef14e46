import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { RefillError } from "../../domain/errors.js";

/** The newest version that can be installed by version: later ones carry a `replace`, which `go install` refuses. */
export const goModule = "github.com/temporalio/cli/cmd/temporal@v1.5.1";

const expectedSeconds = 240;
const progressEveryMs = 10_000;

/**
 * Builds the binary with Go and moves it to `target` in one step. Shows what it waits for every 10 s.
 * Answers false when Go is missing or the build failed, having said why.
 * @throws RefillError INTERRUPTED when `signal` aborts
 */
export async function buildWithGo({
  cacheDir,
  target,
  say,
  signal,
}: {
  readonly cacheDir: string;
  readonly target: string;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}): Promise<boolean> {
  const folder = join(cacheDir, `build-${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  try {
    const problem = await goInstall({ folder, say, signal });
    if (signal?.aborted === true) throw interrupted();
    if (problem !== null) {
      say(`Temporal: could not build the binary with Go: ${problem}`);
      return false;
    }
    await rename(join(folder, "temporal"), target);
    return true;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** null when it worked, else what was wrong. `env` sets GOBIN because only src/config may read the environment. */
function goInstall({
  folder,
  say,
  signal,
}: {
  readonly folder: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}): Promise<string | null> {
  return new Promise((resolve) => {
    say(
      `Temporal: building its server with \`go install ${goModule}\`, because no ready binary was found: about 4 minutes on 2 cores, once`,
    );
    const child = spawn("env", [`GOBIN=${folder}`, "go", "install", goModule], {
      stdio: ["ignore", "ignore", "pipe"],
      // Go runs compilers of its own: a group lets one signal end them all.
      detached: true,
    });
    const progress = watchGoOutput(child.stderr, say);
    const abort = (): void => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
    };
    if (signal?.aborted === true) abort();
    signal?.addEventListener("abort", abort, { once: true });
    child.once("error", (error) => {
      signal?.removeEventListener("abort", abort);
      progress.end();
      resolve(error.message);
    });
    child.once("close", (code) => {
      signal?.removeEventListener("abort", abort);
      progress.end();
      resolve(code === 0 ? null : progress.problem());
    });
  });
}

interface GoProgress {
  end(): void;
  problem(): string;
}

/** Go tells each module it downloads, then is silent while it compiles: the clock shows that it lives. */
function watchGoOutput(
  stderr: NodeJS.ReadableStream,
  say: (line: string) => void,
): GoProgress {
  const startedMs = Date.now();
  let modules = 0;
  let others = "";
  stderr.on("data", (chunk: Buffer) => {
    for (const line of chunk.toString().split("\n")) {
      if (line.startsWith("go: downloading")) modules += 1;
      else if (line.trim() !== "") others = `${others} | ${line}`.slice(-600);
    }
  });
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - startedMs) / 1_000);
    say(
      `Temporal: building its server, ${seconds} s so far (about ${expectedSeconds} s on 2 idle cores), ${modules} modules downloaded`,
    );
  }, progressEveryMs);
  return {
    end: () => {
      clearInterval(timer);
    },
    problem: () => (others === "" ? "no output" : others.replace(/^ \| /, "")),
  };
}

function interrupted(): RefillError {
  return new RefillError(
    "INTERRUPTED",
    "Interrupted while building Temporal's server; what Go has compiled is kept, the next start goes on from there.",
  );
}
