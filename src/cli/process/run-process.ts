import { readEnvironment } from "../../config/environment.js";
import { runCommandLine } from "../program.js";
import { openUrl } from "../terminal/open-url.js";
import type { OutputStream } from "../terminal/surroundings.js";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** What a shell reports of a process that was interrupted. */
const interruptedExitCode = 130;

/** Runs a command line, this process's own by default, and ends the process with its exit code. */
export async function runProcess(
  args: readonly string[] = process.argv.slice(2),
): Promise<never> {
  const interrupts = new AbortController();
  for (const signal of signals) {
    process.on(signal, () => {
      // The first asks for a clean end; the second is from someone who can't wait for it.
      if (interrupts.signal.aborted) process.exit(interruptedExitCode);
      interrupts.abort();
    });
  }
  const readers = watchReaders(interrupts);
  const exitCode = await runCommandLine(args, {
    env: readEnvironment(),
    cwd: process.cwd(),
    stdout: process.stdout,
    stderr: process.stderr,
    signal: interrupts.signal,
    openUrl,
  });
  await Promise.all([process.stdout, process.stderr].map(flushed));
  process.exit(readers.left ? 0 : exitCode);
}

/** When the reader of our output is gone (`| head`), there is nothing more to say: that is a quiet end, not an error. */
function watchReaders(interrupts: AbortController): { readonly left: boolean } {
  const readers = { left: false };
  process.stdout.on("error", () => {
    readers.left = true;
    interrupts.abort();
  });
  process.stderr.on("error", () => undefined);
  return readers;
}

async function flushed(stream: OutputStream): Promise<void> {
  if (!stream.writable) return;
  await new Promise<void>((resolve) => {
    stream.write("", () => {
      resolve();
    });
  });
}
