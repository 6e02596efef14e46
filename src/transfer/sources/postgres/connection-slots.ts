/** What a connection to a database waits for before it is made. */
export interface SlotSource {
  /** Resolves, once there is room, with what gives the slot back; calling that twice does no harm. @throws the signal's reason */
  acquire(connectionString: string, signal: AbortSignal): Promise<() => void>;
}

/**
 * Bounds the connections that a process has to any one database, whatever it does with them. Whoever asked first gets in
 * first. Nobody may wait for a second slot while holding one: that is what `spare` is for.
 */
export class ConnectionSlots implements SlotSource {
  readonly #limit: number;
  readonly #queues = new Map<string, Queue>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The same slots for whoever rather goes without than waits. @throws Error where none is free */
  readonly spare: SlotSource = {
    acquire: (connectionString, signal) => {
      const queue = this.#queues.get(databaseOf(connectionString));
      if ((queue?.taken ?? 0) < this.#limit) {
        return this.acquire(connectionString, signal);
      }
      return Promise.reject(new Error("No slot is free."));
    },
  };

  /** Whether someone waits for a connection to this database. */
  isAwaited(connectionString: string): boolean {
    const queue = this.#queues.get(databaseOf(connectionString));
    return (queue?.waiting.length ?? 0) > 0;
  }

  async acquire(
    connectionString: string,
    signal: AbortSignal,
  ): Promise<() => void> {
    signal.throwIfAborted();
    const database = databaseOf(connectionString);
    const queue = this.#queues.get(database) ?? { taken: 0, waiting: [] };
    this.#queues.set(database, queue);
    if (queue.taken < this.#limit) queue.taken += 1;
    else await turn(queue, signal); // whoever leaves hands its slot over
    let isHeld = true;
    return () => {
      if (isHeld) this.#release(database, queue);
      isHeld = false;
    };
  }

  #release(database: string, queue: Queue): void {
    const next = queue.waiting.shift();
    if (next !== undefined) {
      next();
      return;
    }
    queue.taken -= 1;
    if (queue.taken === 0) this.#queues.delete(database);
  }
}

interface Queue {
  taken: number;
  readonly waiting: (() => void)[];
}

function turn(queue: Queue, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const enter = () => {
      signal.removeEventListener("abort", leave);
      resolve();
    };
    const leave = () => {
      queue.waiting.splice(queue.waiting.indexOf(enter), 1);
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", leave, { once: true });
    queue.waiting.push(enter);
  });
}

/** The server and the database, whoever the user is. A text that is no URL stands for itself. */
function databaseOf(connectionString: string): string {
  if (!URL.canParse(connectionString)) return connectionString;
  const { host, pathname, searchParams } = new URL(connectionString);
  const named = ["host", "port"].map((name) => searchParams.get(name));
  return [host, pathname, ...named].join(" ");
}
