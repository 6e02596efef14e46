// The keeper: a program of its own that runs one server and outlives the process which started it just long enough to
// stop that server cleanly. It sits in a process group of its own, so neither Ctrl-C nor a killed parent reaches the
// server before the keeper does.
import { type ChildProcess, spawn } from "node:child_process";
import { openSync } from "node:fs";
import type {
  KeeperCommand,
  KeeperEvent,
  KeptServer,
} from "./keeper-protocol.js";

const kept = JSON.parse(process.argv[2] ?? "null") as KeptServer;
const log = openSync(kept.logFile, "a", 0o600);
let server: ChildProcess | null = null;
let ending = false;

process.on("message", (command: KeeperCommand) => {
  if (command === "start") start();
  else void stop();
});
process.on("disconnect", end);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, end);
}

function start(): void {
  if (server !== null || ending) return;
  const started = spawn(kept.command, kept.args, {
    cwd: "/",
    stdio: ["ignore", log, log],
    ...(kept.env === null ? {} : { env: kept.env }),
    ...(kept.user === null ? {} : kept.user),
  });
  server = started;
  started.once("spawn", () => {
    tell({ type: "started", pid: started.pid ?? 0 });
  });
  started.once("error", (error) => {
    ended(`could not be started: ${error.message}`);
  });
  started.once("exit", (code, signal) => {
    ended(signal === null ? `exit code ${code ?? 0}` : `signal ${signal}`);
  });
}

function ended(how: string): void {
  server = null;
  tell({ type: "ended", how });
}

/** Asks the server to end, each time less politely. Its `exit` tells the parent. */
async function stop(): Promise<void> {
  const stopping = server;
  for (const { signal, waitMs } of kept.stopSteps) {
    if (stopping === null || server !== stopping) return;
    stopping.kill(signal);
    await exitWithin(stopping, waitMs);
  }
}

function exitWithin(child: ChildProcess, waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, waitMs);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function end(): void {
  if (ending) return;
  ending = true;
  void stop().then(() => process.exit(0));
}

function tell(event: KeeperEvent): void {
  // The parent may be gone by now; then there is nobody to tell, and `disconnect` follows.
  if (process.connected) process.send?.(event, undefined, {}, () => undefined);
}
