import { workflowInfo } from "@temporalio/workflow";

/** From here on lanes begin nothing more, whatever keeps the others: a history holds 51,200 events at most. */
export const MAX_HISTORY_EVENTS = 10_000;

/** Longer than usual for the lanes that go on, so that they reach `MAX_HISTORY_EVENTS` late. */
const BEGIN_FOR_MS = 120_000;

/**
 * When it is time to go on in a new Temporal run: as soon as the server suggests it and nothing is in flight. Where
 * lanes keep the others waiting for that, it is put off until those have ended what they are at.
 */
export class HandOver {
  readonly #awaited = new Set<number>();

  /** Lanes are to end, so that the next Temporal run can begin. */
  get isDue(): boolean {
    const { continueAsNewSuggested, historyLength } = workflowInfo();
    if (historyLength > MAX_HISTORY_EVENTS) return true;
    return continueAsNewSuggested && this.#awaited.size === 0;
  }

  get mayBePutOff(): boolean {
    return workflowInfo().historyLength <= MAX_HISTORY_EVENTS;
  }

  /** For how long an activity that begins now may begin runs; undefined: the usual time. */
  get beginForMs(): number | undefined {
    return this.#awaited.size === 0 ? undefined : BEGIN_FOR_MS;
  }

  /** Puts it off until the activities that are at work in these slots have ended. */
  putOffFor(slots: Iterable<number>): void {
    for (const slot of slots) this.#awaited.add(slot);
  }

  /** An activity in this slot has ended. */
  hear(slot: number): void {
    this.#awaited.delete(slot);
  }
}
