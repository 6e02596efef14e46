import type { WireRange } from "../../contract/worker-requests.js";
import type { BatchExportDefinition } from "../../definition/definition.js";
import { specOf } from "../../definition/interval-spec.js";
import { coverageOf } from "../../domain/coverage/coverage.js";
import type { OpenEndedRange } from "../../domain/coverage/free-ranges.js";
import { common } from "../../domain/coverage/trim.js";
import {
  parseSelection,
  partsInside,
  partsInState,
  type Selection,
} from "../../domain/plans/selection.js";
import { instantOf, MAX_INSTANT_MS } from "../../domain/time/instant.js";
import type { TimeRange } from "../../domain/time/split.js";
import type { Queryable } from "../../store/database/queryable.js";
import { readCoverageClaims } from "../coverage/read-coverage.js";

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

/** What a request says is free for it; null: all of its range. */
export function withinOf({
  within,
}: {
  readonly within?: readonly WireRange[];
}): readonly OpenEndedRange[] | null {
  return within === undefined
    ? null
    : within.map(({ start, end }) => ({
        startMs: start === null ? null : instantOf(start),
        endMs: instantOf(end),
      }));
}

/** What a backfill's selection comes to, by the ledger as it is when it is asked. */
export function selectorOf(
  db: Queryable,
  of: {
    readonly batchExportId: string;
    readonly definition: BatchExportDefinition;
    readonly selection: Selection;
    /** What of its range it is trimmed to; null: all of it. */
    readonly within: readonly OpenEndedRange[] | null;
    /** The backfill that asks, once it has a row: its own claims don't count. */
    readonly backfillId: string | null;
  },
): SelectParts {
  const select = selectedParts(db, of);
  const { within } = of;
  if (within === null) return select;
  return async (span) =>
    common(select === null ? [span] : await select(span), within);
}

function selectedParts(
  db: Queryable,
  of: Omit<Parameters<typeof selectorOf>[1], "within">,
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
