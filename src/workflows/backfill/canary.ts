import type { ExportRunsResult } from "../../contract/activities.js";

/**
 * Lets runs go one at a time until one has succeeded: what is wrong with all of them shows in the first ones. It gives
 * up after so many tries that the policy on failures has its say, so the window always opens.
 */
export class Canary {
  #triesLeft: number;

  constructor(triesLeft: number) {
    this.#triesLeft = triesLeft;
  }

  get triesLeft(): number {
    return this.#triesLeft;
  }

  get isOut(): boolean {
    return this.#triesLeft > 0;
  }

  /** What a run that was tried alone came to. */
  hear(result: ExportRunsResult): void {
    if (result.completed > 0) this.recall();
    else if (result.next === null) this.#triesLeft -= 1;
  }

  /** Opens the window. */
  recall(): void {
    this.#triesLeft = 0;
  }

  /** After a pause for failures: whether it was mended is tried with one run. */
  sendAgain(tries: number): void {
    this.#triesLeft = tries;
  }
}
