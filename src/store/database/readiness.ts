import type { Pool } from "pg";
import { createPool } from "./pool.js";

/** Whoever asks whether a server is ready gives up soon as well. */
const limitMs = 2_000;

/**
 * Whether a pool's database answers. It is asked over a connection of its own, made when it is first asked: that the pool's
 * are all at work says that there is much to do, and not that the database is away.
 */
export class Readiness {
  readonly #of: () => Pool;
  #own: Pool | null = null;

  constructor(of: () => Pool) {
    this.#of = of;
  }

  /** Never rejects, and takes four seconds at most: half of it to wait for the answer to who asked before. */
  async isAnswering(): Promise<boolean> {
    try {
      this.#own ??= probing(this.#of());
      await this.#own.query("select 1");
      return true;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    await this.#own?.end();
  }
}

function probing({ options }: Pool): Pool {
  return createPool({
    connectionString: options.connectionString ?? "",
    max: 1,
    applicationName: `${options.application_name ?? "refill"} probe`,
    limitMs,
  });
}
