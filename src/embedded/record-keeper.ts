import { identifyProcess } from "./process/process-identity.js";
import { type ServerRecords, writeServerRecords } from "./server-records.js";

/** Keeps `servers.json` true while the servers run: changes are written one after the other, the last one wins. */
export class RecordKeeper {
  readonly #dataDir: string;
  #current: ServerRecords;
  #writing: Promise<void> = Promise.resolve();

  constructor(dataDir: string, current: ServerRecords) {
    this.#dataDir = dataDir;
    this.#current = current;
  }

  get current(): ServerRecords {
    return this.#current;
  }

  /** Notes a server's ports and its processes: the keeper first, then the server; those that don't run are left out. */
  update(
    name: keyof ServerRecords,
    {
      ports,
      pids,
    }: {
      readonly ports: readonly number[];
      readonly pids: readonly (number | null)[];
    },
  ): void {
    const processes = pids
      .map((pid) => (pid === null ? null : identifyProcess(pid)))
      .filter((identity) => identity !== null);
    this.#current = { ...this.#current, [name]: { ports, processes } };
    const records = this.#current;
    // A record that could not be written costs the cleaning up after a crash, not the running servers.
    this.#writing = this.#writing
      .then(() => writeServerRecords(this.#dataDir, records))
      .catch(() => undefined);
  }

  /** Resolves when every change so far is on disk. */
  written(): Promise<void> {
    return this.#writing;
  }
}
