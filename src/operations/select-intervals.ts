import type { BatchExportDefinition } from "../definition/definition.js";
import { coverageOf } from "../domain/coverage.js";
import { MAX_INSTANT_MS } from "../domain/instant.js";
import {
  type Selection,
  parseSelection,
  partsInState,
  partsInside,
} from "../domain/selection.js";
import type { TimeRange } from "../domain/split.js";
import type { Queryable } from "../store/queryable.js";
import { specOf } from "./make-plan.js";
import { readCoverageClaims } from "./read-coverage.js";

/** Finds which parts of a span a plan is to take, ascending. Null: all of it. */
export type SelectParts =
  ((span: TimeRange) => Promise<readonly TimeRange[]>) | null;

/** A selection as `selectionText` wrote it, which was held to the clock when it was made. */
export function selectionOf(
  definition: BatchExportDefinition,
  only: string,
): Selection {
  return parseSelection(only, {
    spec: specOf(definition),
    nowMs: MAX_INSTANT_MS,
  });
}

/** What a backfill's selection comes to, by the ledger as it is when it is asked. */
export function selectorOf(
  db: Queryable,
  of: {
    readonly batchExportId: string;
    readonly definition: BatchExportDefinition;
    readonly selection: Selection;
    /** The backfill that asks, once it has a row: its own claims don't count. */
    readonly backfillId: string | null;
  },
): SelectParts {
  const { selection } = of;
  switch (selection.kind) {
    case "all":
      return null;
    case "ranges":
      return (span) => Promise.resolve(partsInside(selection.ranges, span));
    case "missing":
    case "failed":
    case "stale":
      return async (span) => {
        const claims = await readCoverageClaims(db, {
          ...of,
          exceptBackfill: of.backfillId,
        });
        const coverage = coverageOf(specOf(of.definition), span, claims);
        return partsInState(coverage, selection.kind);
      };
  }
}
