import { ApplicationFailure } from "@temporalio/common";
import {
  condition,
  defineSignal,
  defineUpdate,
  setHandler,
} from "@temporalio/workflow";
import { controlMessageName } from "../../contract/backfill-workflow.js";
import type { Control, ControlMessage } from "../../contract/control.js";

const controlUpdate = defineUpdate<undefined, [ControlMessage]>(
  controlMessageName,
);
const controlSignal = defineSignal<[ControlMessage]>(controlMessageName);

/** Until the ledger has told otherwise. */
const unknown: Control = {
  version: -1,
  concurrency: 1,
  pause: null,
  cancel: null,
};

/**
 * What is asked of the backfill, as last heard. The ledger is where it is written; messages, and the answers of
 * activities, carry copies, and the one of the highest version counts, whatever the order in which they arrive.
 */
export class LiveControl {
  #latest = unknown;
  readonly #onChange: (control: Control) => void;

  constructor(onChange: (control: Control) => void) {
    this.#onChange = onChange;
    const adopt = ({ control }: ControlMessage) => {
      this.adopt(control);
      return undefined;
    };
    setHandler(controlUpdate, adopt, { validator: refuseMalformed });
    setHandler(controlSignal, adopt);
  }

  adopt(control: Control | null): void {
    if (control === null || control.version <= this.#latest.version) return;
    this.#latest = control;
    this.#onChange(control);
  }

  get concurrency(): number {
    return this.#latest.concurrency;
  }

  get pausedBy(): NonNullable<Control["pause"]>["cause"] | null {
    return this.#latest.pause?.cause ?? null;
  }

  /** Running exports are let end, and none begins. */
  get isDraining(): boolean {
    return this.#latest.cancel === "drain";
  }

  get isCancelled(): boolean {
    return this.#latest.cancel !== null;
  }

  /** Resolves once a drain is asked for; rejects when the scope that waits is cancelled. */
  untilDraining(): Promise<void> {
    return condition(() => this.isDraining);
  }
}

/** Synchronous, as Temporal asks of it: what is thrown here refuses the update before it is written to the history. */
function refuseMalformed(message: ControlMessage): void {
  const { commandId, control } = message as Partial<ControlMessage>;
  if (typeof commandId === "string" && Number.isInteger(control?.version)) {
    return;
  }
  throw ApplicationFailure.nonRetryable(
    "Expected {commandId, control} as the ledger has it; got something else",
    "USAGE",
  );
}
