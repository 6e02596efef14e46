import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { RefillError } from "../../domain/errors.js";
import type { Surroundings } from "../terminal/surroundings.js";
import {
  readyMessage,
  supervisedFlag,
  type SupervisorMessage,
} from "./supervisor.js";

export interface WorkerProcess {
  /** Resolves when the worker first takes work. Rejects when it can't be brought to that. */
  readonly ready: Promise<void>;
  /** Lets running exports end as far as the grace goes, and resolves when the process is gone. */
  readonly stop: () => Promise<void>;
}

interface WorkerProcessOptions {
  readonly servers: SupervisorMessage;
  readonly surroundings: Pick<Surroundings, "env" | "cwd" | "stderr">;
  /** What the worker has for a graceful end; after that, and a little more, it is killed. */
  readonly graceMs: number;
  readonly say: (line: string) => void;
}

/** Exit code of a request that is wrong: it would be as wrong again. */
const wrongRequest = 2;
const triesBeforeReady = 5;
const firstBackoffMs = 1_000;
const longestBackoffMs = 30_000;
const killAfterGraceMs = 10_000;

/**
 * Runs a worker as a process of its own, so that a crash of it harms no server, and starts it again when it ends by
 * itself. It ends when this process does, whatever the reason.
 */
export function startWorkerProcess(
  options: WorkerProcessOptions,
): WorkerProcess {
  return new SupervisedWorker(options);
}

class SupervisedWorker implements WorkerProcess {
  readonly ready: Promise<void>;
  readonly #options: WorkerProcessOptions;
  readonly #stopping = new AbortController();
  readonly #supervision: Promise<void>;
  #child: ChildProcess | null = null;
  #wasReady = false;
  #failures = 0;

  constructor(options: WorkerProcessOptions) {
    this.#options = options;
    let becomeReady: () => void = () => undefined;
    const becameReady = new Promise<void>((resolve) => {
      becomeReady = resolve;
    });
    this.#supervision = this.#supervise(() => {
      this.#wasReady = true;
      this.#failures = 0;
      becomeReady();
    });
    this.ready = Promise.race([becameReady, this.#supervision]);
    // Heard by whoever waits for `ready`; without one it must not end the process.
    this.ready.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#child !== null) await end(this.#child, this.#options.graceMs);
    await this.#supervision.catch(() => undefined);
  }

  async #supervise(onReady: () => void): Promise<void> {
    const { signal } = this.#stopping;
    const isStopping = () => signal.aborted;
    while (!isStopping()) {
      this.#child = launch(this.#options, onReady);
      const code = await ended(this.#child);
      if (isStopping()) return;
      const waitMs = this.#backoffAfter(code);
      this.#options.say(
        `The worker ended (${howEnded(code)}). Starting it again in ${waitMs / 1000} s.`,
      );
      await delay(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }

  #backoffAfter(code: number | string): number {
    this.#failures += 1;
    const isHopeless =
      code === wrongRequest || this.#failures >= triesBeforeReady;
    if (!this.#wasReady && isHopeless) throw notStarted(code);
    const doublings = Math.min(this.#failures - 1, 10);
    return Math.min(firstBackoffMs * 2 ** doublings, longestBackoffMs);
  }
}

/** In a process group of its own: a Ctrl-C in the terminal is for the parent, which stops all in order. */
function launch(
  { servers, surroundings }: WorkerProcessOptions,
  onReady: () => void,
): ChildProcess {
  const child = spawn(
    process.execPath,
    [clientProgram(), "worker", supervisedFlag],
    {
      cwd: surroundings.cwd,
      env: { ...surroundings.env },
      detached: true,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    },
  );
  child.stderr?.pipe(surroundings.stderr, { end: false });
  child.on("message", (message: unknown) => {
    if (message === readyMessage) onReady();
  });
  // Neither tells more than the process's end does.
  child.on("error", () => undefined);
  // By IPC, because arguments are for all to see and the address holds a password.
  child.send(servers, () => undefined);
  return child;
}

async function ended(child: ChildProcess): Promise<number | string> {
  if (child.pid === undefined) return "it could not be started";
  if (child.exitCode !== null) return child.exitCode;
  const [code, signal] = (await once(child, "exit")) as [
    number | null,
    string | null,
  ];
  return code ?? signal ?? "unknown";
}

async function end(child: ChildProcess, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(
    () => child.kill("SIGKILL"),
    graceMs + killAfterGraceMs,
  );
  await exit.catch(() => undefined);
  clearTimeout(timer);
}

function howEnded(code: number | string): string {
  return typeof code === "number" ? `exit code ${code}` : code;
}

function notStarted(code: number | string): RefillError {
  return new RefillError(
    "SERVERS_NOT_STARTED",
    `Expected the worker to start, but it ended (${howEnded(code)}): see its own words above, correct what they name, and start again.`,
    { details: { worker: howEnded(code) } },
  );
}

/** The compiled program: beside this folder once compiled, in `dist` when this file runs from its source. */
function clientProgram(): string {
  const candidates = ["../../client.js", "../../../dist/client.js"].map(
    (path) => fileURLToPath(new URL(path, import.meta.url)),
  );
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new RefillError(
    "SERVERS_NOT_STARTED",
    `Expected the compiled program at ${candidates.join(" or ")}, found none: run npm run build.`,
  );
}
