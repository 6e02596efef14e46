import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const program = join(__dirname, "../../../dist/worker.js");

export interface WorkerProgram {
  /** All that the worker has written so far, on either stream. */
  readonly said: () => string;
  readonly pid: number | undefined;
  /** Ends it as an operator would, and waits until it is gone. */
  readonly stop: () => Promise<void>;
}

/** Starts the compiled worker in a process of its own. Backfills wait for it by themselves. */
export function startWorkerProgram(
  env: Readonly<Record<string, string>>,
): WorkerProgram {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [program], {
    env: { PATH, HOME, REFILL_SHUTDOWN_GRACE: "1s", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (part: Buffer) => {
      said += part.toString();
    });
  }
  const end = once(child, "close");
  return {
    said: () => said,
    pid: child.pid,
    stop: async () => {
      child.kill("SIGTERM");
      await end;
    },
  };
}
