import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { RefillError } from "../../domain/errors.js";

/** A server that Go can build. */
export interface GoProgram {
  /** What people call it. */
  readonly title: string;
  /** As `go install` takes it, with its version. */
  readonly module: string;
  /** The name of the file that Go makes. */
  readonly binary: string;
  /** On 2 idle cores. */
  readonly expectedSeconds: number;
}

const progressEveryMs = 10_000;

/**
 * Builds the binary with Go and moves it to `target` in one step. Shows what it waits for every 10 s.
 * Answers false when Go is missing or the build failed, having said why.
 * @throws RefillError INTERRUPTED when `signal` aborts
 */
export async function buildWithGo({
  program,
  cacheDir,
  target,
  say,
  signal,
}: {
  readonly program: GoProgram;
  readonly cacheDir: string;
  readonly target: string;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}): Promise<boolean> {
  const folder = join(cacheDir, `build-${program.binary}-${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  try {
    const problem = await goInstall({ program, folder, say, signal });
    if (signal?.aborted === true) throw interrupted(program);
    if (problem !== null) {
      say(`${program.title}: could not build the binary with Go: ${problem}`);
      return false;
    }
    await rename(join(folder, program.binary), target);
    return true;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** null when it worked, else what was wrong. `env` sets GOBIN because only src/config may read the environment. */
function goInstall({
  program,
  folder,
  say,
  signal,
}: {
  readonly program: GoProgram;
  readonly folder: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}): Promise<string | null> {
  const { title, module, expectedSeconds } = program;
  return new Promise((resolve) => {
    say(
      `${title}: building its server with \`go install ${module}\`, because no ready binary was found: about ${Math.round(expectedSeconds / 60)} minutes on 2 cores, once`,
    );
    const child = spawn("env", [`GOBIN=${folder}`, "go", "install", module], {
      stdio: ["ignore", "ignore", "pipe"],
      // Go runs compilers of its own: a group lets one signal end them all.
      detached: true,
    });
    const progress = watchGoOutput(program, child.stderr, say);
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
  { title, expectedSeconds }: GoProgram,
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
      `${title}: building its server, ${seconds} s so far (about ${expectedSeconds} s on 2 idle cores), ${modules} modules downloaded`,
    );
  }, progressEveryMs);
  return {
    end: () => {
      clearInterval(timer);
    },
    problem: () => (others === "" ? "no output" : others.replace(/^ \| /, "")),
  };
}

function interrupted({ title }: GoProgram): RefillError {
  return new RefillError(
    "INTERRUPTED",
    `Interrupted while building the server of ${title}; what Go has compiled is kept, the next start goes on from there.`,
  );
}
