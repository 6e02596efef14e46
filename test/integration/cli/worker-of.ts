import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { RunningClient } from "./client.js";

const run = promisify(execFile);

/** The worker's process: the one child of `dev` that runs the client. */
export async function workerOf({ child }: RunningClient): Promise<number> {
  const { stdout } = await run("ps", ["-axo", "pid=,ppid=,args="]);
  const processes = stdout.split("\n").map((line) => line.trim().split(/\s+/));
  const worker = processes.find(
    ([, parent, ...args]) =>
      Number(parent) === child.pid && args.includes("--supervised"),
  );
  return Number(worker?.[0]);
}
