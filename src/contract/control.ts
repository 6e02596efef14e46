/** How strongly a backfill is cancelled, the mildest first. */
export const cancelModes = ["drain", "stop", "abort"] as const;

/** drain: running exports end, none begins. stop: they are stopped. abort: the workflow is terminated. */
export type CancelMode = (typeof cancelModes)[number];

/** Why no run begins: an operator paused it, set its concurrency to 0, or too many runs in a row failed alike. */
export type PauseCause = "operator" | "concurrency" | "failures";

interface Pause {
  readonly cause: PauseCause;
  readonly reason: string | null;
}

/** What is asked of an open backfill, as the ledger has it. Whoever knows a version ignores any that is not higher. */
export interface Control {
  readonly version: number;
  /** Runs in flight at most, 1 to 500. */
  readonly concurrency: number;
  readonly pause: Pause | null;
  readonly cancel: CancelMode | null;
}

/** The message to a workflow that the ledger asks something new of it: an update, and a signal where nobody answers. */
export interface ControlMessage {
  /** Of the command that wrote it: sending it again changes nothing. */
  readonly commandId: string;
  readonly control: Control;
}
