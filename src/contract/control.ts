import type { CancelMode } from "../domain/backfills/cancel-mode.js";
import type { PauseCause } from "../domain/backfills/pause-cause.js";

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
