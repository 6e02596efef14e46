import { type ChildProcess, fork } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { RefillError } from "../../domain/errors.js";
import type {
  KeeperCommand,
  KeeperEvent,
  KeptServer,
} from "../keeper-protocol.js";
import { compiledProgram } from "./compiled-program.js";
import { lastLogLines } from "./log-file.js";
import { sendSignal } from "./send-signal.js";
import { waitUntil } from "./wait-until.js";

/** One server under its keeper. Once `ready` was called, a server that ends by itself is started again. */
export interface SupervisedServer {
  readonly name: string;
  readonly keeperPid: number;
  /** The server's own process; null while it is down. */
  readonly pid: number | null;
  /** How the server last ended; null when it never did. */
  readonly lastEnd: string | null;
  start(): Promise<void>;
  /** Stops the server cleanly; it stays down until `start`. */
  hold(): Promise<void>;
  /** Stops the server and its keeper. */
  stop(): Promise<void>;
  /** From now on the server is started again when it ends. */
  ready(): void;
}

export interface SupervisionOptions {
  readonly name: string;
  readonly kept: KeptServer;
  readonly say: (line: string) => void;
  /** Told on every start and end, to keep the records of what runs. */
  readonly changed: () => void;
}

/** Between two tries to start a server again; each failure doubles the wait. */
const firstRestartWaitMs = 250;
const maxRestartWaitMs = 5_000;
/** A server that ran this long had started well: the next wait is the first one again. */
const healthyAfterMs = 30_000;

/** Starts a keeper for one server. The server itself is started by `start`. */
export function superviseServer(options: SupervisionOptions): SupervisedServer {
  return new Supervision(options);
}

class Supervision implements SupervisedServer {
  readonly name: string;
  pid: number | null = null;
  lastEnd: string | null = null;
  readonly #options: SupervisionOptions;
  #keeper: ChildProcess;
  #restarts = false;
  #wanted = false;
  #startedAtMs = 0;
  #nextWaitMs = firstRestartWaitMs;
  #keeperEnded = false;

  constructor(options: SupervisionOptions) {
    this.name = options.name;
    this.#options = options;
    this.#keeper = this.#newKeeper();
  }

  #newKeeper(): ChildProcess {
    const keeper = startKeeper(this.#options.kept);
    keeper.on("message", (event) => {
      this.#heard(event as KeeperEvent);
    });
    keeper.once("exit", (code, signal) => {
      this.#keeperGone(signal ?? `exit code ${code ?? 0}`);
    });
    this.#keeperEnded = false;
    return keeper;
  }

  get keeperPid(): number {
    return this.#keeper.pid ?? 0;
  }

  async start(): Promise<void> {
    this.#wanted = true;
    this.lastEnd = null;
    this.#send("start");
    await waitUntil(() => this.pid !== null || this.lastEnd !== null, {
      timeoutMs: 30_000,
      everyMs: 5,
    });
    if (this.pid === null) throw await this.#notStarted();
  }

  ready(): void {
    this.#restarts = true;
  }

  async hold(): Promise<void> {
    this.#wanted = false;
    this.#send("stop");
    await waitUntil(() => this.pid === null, { timeoutMs: this.#stopMs() });
  }

  async stop(): Promise<void> {
    await this.hold();
    if (this.#keeper.connected) this.#keeper.disconnect();
    const ended = await waitUntil(() => this.#keeperEnded, {
      timeoutMs: 10_000,
    });
    if (!ended) this.#keeper.kill("SIGKILL");
  }

  #heard(event: KeeperEvent): void {
    if (event.type === "ended") {
      this.#gone(event.how);
      return;
    }
    this.pid = event.pid;
    this.#startedAtMs = Date.now();
    this.#options.changed();
  }

  #gone(how: string): void {
    this.pid = null;
    this.lastEnd = how;
    this.#options.changed();
    if (!this.#wanted || !this.#restarts) return;
    this.#restartLater(how);
  }

  /** Without its keeper the server would outlive this process: it is stopped, and started under a new keeper. */
  #keeperGone(how: string): void {
    this.#keeperEnded = true;
    const [firstStep] = this.#options.kept.stopSteps;
    if (this.pid !== null) sendSignal(this.pid, firstStep?.signal ?? "SIGTERM");
    this.#gone(`its keeper ended: ${how}`);
  }

  #restartLater(how: string): void {
    if (Date.now() - this.#startedAtMs > healthyAfterMs) {
      this.#nextWaitMs = firstRestartWaitMs;
    }
    const waitMs = this.#nextWaitMs;
    this.#nextWaitMs = Math.min(waitMs * 2, maxRestartWaitMs);
    this.#options.say(
      `${this.name}: ended unexpectedly (${how}); starting it again in ${waitMs} ms. Its log: ${this.#options.kept.logFile}`,
    );
    setTimeout(() => {
      if (!this.#wanted) return;
      if (this.#keeperEnded) this.#keeper = this.#newKeeper();
      this.#send("start");
    }, waitMs).unref();
  }

  #send(command: KeeperCommand): void {
    if (this.#keeper.connected) {
      this.#keeper.send(command, () => undefined);
    }
  }

  #stopMs(): number {
    const steps = this.#options.kept.stopSteps;
    return steps.reduce((sumMs, step) => sumMs + step.waitMs, 1_000);
  }

  async #notStarted(): Promise<RefillError> {
    const { logFile } = this.#options.kept;
    return new RefillError(
      "SERVERS_NOT_STARTED",
      `${this.name}: expected it to start, it did not (${this.lastEnd ?? "no answer from its keeper"}). ` +
        `See ${logFile}: ${await lastLogLines(logFile)}`,
    );
  }
}

/** The channel and the keeper are unreferenced: they never keep a program alive that has nothing else to do. */
function startKeeper(kept: KeptServer): ChildProcess {
  const log = openSync(kept.logFile, "a", 0o600);
  try {
    const keeper = fork(compiledProgram("keeper"), [JSON.stringify(kept)], {
      cwd: "/",
      detached: true,
      execArgv: ["--max-old-space-size=64"],
      stdio: ["ignore", log, log, "ipc"],
    });
    keeper.unref();
    keeper.channel?.unref();
    return keeper;
  } finally {
    closeSync(log);
  }
}
