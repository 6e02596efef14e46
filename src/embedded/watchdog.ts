import { sendSignal } from "./process/send-signal.js";
import type { SupervisedServer } from "./process/supervised-server.js";

/** When a server that runs is taken for one that hangs. */
export interface WatchLimits {
  /** Between two looks. */
  readonly everyMs: number;
  /** What one answer may take. */
  readonly answerMs: number;
  /** So many looks without an answer, one after the other. They are counted, not timed: a laptop may have slept. */
  readonly looks: number;
  /** What a server that was started again may take to its first answer. */
  readonly startMs: number;
}

/** Half a minute without an answer is not what load does to a server: it answers in milliseconds. */
export const defaultWatchLimits: WatchLimits = {
  everyMs: 5_000,
  answerMs: 10_000,
  looks: 3,
  startMs: 120_000,
};

export interface Watchdog {
  stop(): void;
}

/**
 * Kills a server that runs but answers no longer, so that its supervisor starts it again. Temporal's dev server 1.29 can come to
 * that: its SQLite driver may leave a connection interrupted for good (temporalio/temporal#9198). The driver in 1.32
 * (modernc.org/sqlite 1.51) throws such a connection away; a server may still hang for another reason.
 */
export function watchServer(request: {
  readonly server: Pick<SupervisedServer, "name" | "pid">;
  /** Fails when there is no answer within so long. */
  readonly answers: (withinMs: number) => Promise<void>;
  readonly limits: WatchLimits;
  readonly say: (line: string) => void;
}): Watchdog {
  const watch = new Watch(request);
  watch.lookLater();
  return watch;
}

class Watch implements Watchdog {
  readonly #request: Parameters<typeof watchServer>[0];
  #stopped = false;
  /** The process that is being looked at. It answered before the watch began. */
  #pid: number | null;
  #hasAnswered = true;
  #sinceMs = Date.now();
  #misses = 0;

  constructor(request: Parameters<typeof watchServer>[0]) {
    this.#request = request;
    this.#pid = request.server.pid;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Never keeps a program alive that has nothing else to do. */
  lookLater(): void {
    if (this.#stopped) return;
    setTimeout(() => {
      void this.#look().finally(() => {
        this.lookLater();
      });
    }, this.#request.limits.everyMs).unref();
  }

  async #look(): Promise<void> {
    const { server, answers, limits } = this.#request;
    if (server.pid !== this.#pid) this.#beginWith(server.pid);
    const looked = this.#pid;
    if (looked === null) return;
    const answered = await answers(limits.answerMs).then(
      () => true,
      () => false,
    );
    if (this.#stopped || server.pid !== looked) return;
    this.#misses = answered ? 0 : this.#misses + 1;
    this.#hasAnswered ||= answered;
    if (this.#hangs()) this.#kill(looked);
  }

  #beginWith(pid: number | null): void {
    this.#pid = pid;
    this.#hasAnswered = false;
    this.#sinceMs = Date.now();
    this.#misses = 0;
  }

  #hangs(): boolean {
    const { looks, startMs } = this.#request.limits;
    if (this.#misses < looks) return false;
    return this.#hasAnswered || Date.now() - this.#sinceMs > startMs;
  }

  #kill(pid: number): void {
    const { server, say } = this.#request;
    say(
      `${server.name}: runs but gave no answer to ${this.#misses} looks; killing it, to start it again with its state`,
    );
    this.#misses = 0;
    sendSignal(pid, "SIGKILL");
  }
}
