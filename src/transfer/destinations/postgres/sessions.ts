import { TargetSession } from "./target-session.js";

/** The sessions of one destination: made when needed, used by one at a time, kept for the next. */
export class Sessions {
  readonly #connectionString: () => Promise<string>;
  readonly #idle: TargetSession[] = [];

  constructor(connectionString: () => Promise<string>) {
    this.#connectionString = connectionString;
  }

  /** @throws RefillError DESTINATION_*, SECRET_*, SOURCE_HOST_NOT_ALLOWED */
  async take(): Promise<TargetSession> {
    for (;;) {
      const session = this.#idle.pop();
      if (session === undefined) break;
      if (session.isUsable) return session;
    }
    return TargetSession.connect(await this.#connectionString());
  }

  give(session: TargetSession): void {
    if (session.isUsable) this.#idle.push(session);
  }

  /** Lends a session for a piece of work. One that failed is not used again: it may be what failed. */
  async use<T>(work: (session: TargetSession) => Promise<T>): Promise<T> {
    const session = await this.take();
    try {
      const result = await work(session);
      this.give(session);
      return result;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((session) => session.close()));
  }
}
