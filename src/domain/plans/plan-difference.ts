import type { Overlap } from "./overlap.js";
import type { RunOrder } from "./run-order.js";

/** What a plan says of itself, as on the wire: what an approved plan and the one that would now be made are compared by. */
export interface PlanFacts {
  readonly definition_version: number;
  /** Null: from the earliest data. */
  readonly start: string | null;
  readonly end: string;
  readonly order: RunOrder;
  readonly only: string;
  readonly overlap: Overlap;
  readonly total_runs: number;
  readonly adjusted_start_at: string | null;
}

/**
 * How a plan differs from the one that was approved, a line each. Facts that the approved one does not have are left out.
 * Empty: in what they don't tell, such as an interval in the middle or the time-zone data.
 */
export function planDifference(
  approved: Partial<PlanFacts>,
  now: PlanFacts,
): readonly string[] {
  return facts
    .filter(({ name }) => name in approved && approved[name] !== now[name])
    .map(
      ({ name, says }) =>
        `${says} was ${textOf(approved[name])} and is ${textOf(now[name])}`,
    );
}

const facts: readonly {
  readonly name: keyof PlanFacts;
  readonly says: string;
}[] = [
  { name: "definition_version", says: "the version of the definition" },
  { name: "start", says: "the start" },
  { name: "end", says: "the end" },
  { name: "order", says: "--order" },
  { name: "only", says: "--only" },
  { name: "overlap", says: "--overlap" },
  { name: "total_runs", says: "the number of runs" },
  { name: "adjusted_start_at", says: "the beginning of the data" },
];

function textOf(value: string | number | null | undefined): string {
  return value == null ? "none" : String(value);
}
