import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import type { Installation } from "../backfill/installation.js";

/** A worker in a process of its own, as it is deployed: one that can be killed, stopped and continued. */
export interface WorkerProcess {
  /** What the ledger calls it. */
  readonly name: string;
  /** All that it has said so far. */
  readonly log: () => string;
  signal(signal: NodeJS.Signals): void;
  /** Sends the signal and waits for the end. Answers the exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | string>;
}

const builtHere = join(import.meta.dirname, "../../../dist/worker.js");
const running = new Set<ChildProcess>();

/** Starts `node dist/worker.js` for an installation, or the worker of another build. */
export function startWorkerProcess(
  refill: Pick<Installation, "env">,
  env: Readonly<Record<string, string>> = {},
  program = builtHere,
): WorkerProcess {
  const child = spawn(process.execPath, [program], {
    cwd: tmpdir(),
    // Nothing of this process's own environment, and no profile of the user's.
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: tmpdir(),
      ...refill.env,
      ...env,
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => {
    log += chunk.toString();
  });
  return {
    name: `${hostname()}:${String(child.pid)}`,
    log: () => log,
    signal: (signal) => {
      child.kill(signal);
    },
    end: (signal) => end(child, signal),
  };
}

/** For an `afterEach`: no worker outlives its test, stopped or not. */
export async function killWorkerProcesses(): Promise<void> {
  await Promise.all([...running].map((child) => end(child, "SIGKILL")));
}

async function end(
  child: ChildProcess,
  signal: NodeJS.Signals,
): Promise<number | string> {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
  }
  return child.exitCode ?? child.signalCode ?? "unknown";
}
