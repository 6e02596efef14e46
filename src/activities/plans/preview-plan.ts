import type {
  PlanPreview,
  PreviewPlanInput,
} from "../../contract/worker-requests.js";
import { type CountedRun, packRuns } from "../../domain/plans/packed-runs.js";
import { formatInstant, instantOf } from "../../domain/time/instant.js";
import {
  selectionOf,
  withinOf,
} from "../../operations/plans/select-intervals.js";
import type { ActivityDependencies } from "../dependencies.js";
import { answerRequest } from "../requests/answer-request.js";
import type { PlannedRun } from "./make-plan.js";
import { readPlan } from "./read-plan.js";

/** Makes the plan that a start would make, by the same steps, and writes nothing. */
export function previewPlan(
  dependencies: ActivityDependencies,
  input: PreviewPlanInput,
): Promise<PlanPreview> {
  return answerRequest(dependencies, input, async (definition, signal) => {
    const shown = new RunSample(input.shownRuns);
    const plan = await readPlan(
      dependencies,
      {
        definition,
        batchExportId: input.batchExportId,
        range: {
          startMs: input.start === null ? null : instantOf(input.start),
          endMs: instantOf(input.end),
        },
        order: input.order,
        selection: selectionOf(definition, input.only),
        overlap: input.overlap,
        within: withinOf(input),
        backfillId: null,
        onRun: (run) => {
          shown.add(run);
        },
      },
      signal,
    );
    return {
      digest: plan.digest,
      totalRuns: plan.totalRuns,
      emptyRuns: plan.emptyRuns,
      adjustedStart:
        plan.adjustedStartMs === null
          ? null
          : formatInstant(plan.adjustedStartMs),
      expectedRecords: plan.expectedRecords,
      warnings: plan.warnings,
      ...shown.packed(),
    };
  });
}

/** The first and the last runs that pass by, in constant memory. */
class RunSample {
  readonly #limit: number;
  readonly #first: CountedRun[] = [];
  readonly #last: CountedRun[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  add({ startMs, endMs, recordsExpected: records }: PlannedRun): void {
    const run = { startMs, endMs, records };
    if (this.#first.length < this.#limit) {
      this.#first.push(run);
      return;
    }
    this.#last.push(run);
    if (this.#last.length >= 2 * this.#limit) {
      this.#last.splice(0, this.#limit);
    }
  }

  packed(): Pick<PlanPreview, "first" | "last"> {
    return {
      first: packRuns(this.#first),
      last: packRuns(this.#last.slice(-this.#limit)),
    };
  }
}
