/** What the keeper is to run, as JSON in its first argument. Nothing secret: arguments are visible to everyone. */
export interface KeptServer {
  readonly command: string;
  readonly args: readonly string[];
  /** The server's whole environment; null: the keeper's own. */
  readonly env: Readonly<Record<string, string>> | null;
  /** The OS user the server runs as; null: the keeper's own. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
  readonly logFile: string;
  /** Sent one after the other, each with the time it is given, until the server has ended. */
  readonly stopSteps: readonly StopStep[];
}

interface StopStep {
  readonly signal: NodeJS.Signals;
  readonly waitMs: number;
}

/** From the parent to the keeper. A closed channel means: stop the server and end. */
export type KeeperCommand = "start" | "stop";

/** From the keeper to the parent. `ended` is also the answer to `stop`, and to a `start` that failed. */
export type KeeperEvent =
  | { readonly type: "started"; readonly pid: number }
  | { readonly type: "ended"; readonly how: string };
