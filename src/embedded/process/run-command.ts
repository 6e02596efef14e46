import { spawn } from "node:child_process";

/** How a command ended. */
export interface CommandEnd {
  /** Null when it worked; else what was wrong, in a few words. */
  readonly problem: string | null;
  /** What it wrote to stderr, or the end of it. */
  readonly stderr: string;
}

const keptCharacters = 8_000;

/** Runs a command to its end, without input, `timeoutMs` at most; aborting `signal` ends it. Never throws. */
export function runCommand({
  command,
  args,
  cwd,
  timeoutMs,
  signal,
}: {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}): Promise<CommandEnd> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    let ended: string | null = null;
    const end = (why: string) => {
      ended = why;
      child.kill("SIGKILL");
    };
    const abort = () => {
      end("interrupted");
    };
    const timer = setTimeout(() => {
      end(`it took longer than ${timeoutMs / 1_000} s`);
    }, timeoutMs);
    const settle = (problem: string | null) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      resolve({ problem, stderr });
    };
    child.stderr.on("data", (chunk: Buffer) => {
      stderr = `${stderr}${chunk.toString()}`.slice(-keptCharacters);
    });
    child.once("error", (error: NodeJS.ErrnoException) => {
      settle(error.code === "ENOENT" ? `${command} is missing` : error.message);
    });
    child.once("close", (code) => {
      settle(ended ?? (code === 0 ? null : `exit code ${code ?? "unknown"}`));
    });
    if (signal?.aborted === true) abort();
    signal?.addEventListener("abort", abort, { once: true });
  });
}
