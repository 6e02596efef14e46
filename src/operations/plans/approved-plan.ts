import {
  changeText,
  definitionChanges,
} from "../../definition/definition-changes.js";
import { RefillError } from "../../domain/errors.js";
import {
  planDifference,
  type PlanFacts,
} from "../../domain/plans/plan-difference.js";
import { selectionText } from "../../domain/plans/selection.js";
import { formatInstant } from "../../domain/time/instant.js";
import { findPinnedDefinition } from "../../store/exports/export-rows.js";
import type { OperationContext } from "../context.js";
import { previewPlan, type PreviewRequest } from "./ask-for-plan.js";

/** A plan that was looked at: its digest, and, where the plan itself was kept, what it said. */
export interface ApprovedPlan {
  readonly digest: string;
  readonly facts: Partial<PlanFacts>;
}

/** From a digest, or from a plan as `plan` answered it. */
export function approvedPlanOf(
  plan: string | ({ readonly digest: string } & Partial<PlanFacts>) | null,
): ApprovedPlan | null {
  if (plan === null) return null;
  return typeof plan === "string"
    ? { digest: plan, facts: {} }
    : { digest: plan.digest, facts: plan };
}

/** What a plan says of itself beside its numbers. */
export function requestFacts({
  row,
  range,
  order,
  selection,
  overlap,
}: PreviewRequest): Omit<PlanFacts, "total_runs" | "adjusted_start_at"> {
  return {
    definition_version: row.definition_version,
    start: range.startMs === null ? null : formatInstant(range.startMs),
    end: formatInstant(range.endMs),
    order,
    only: selectionText(selection),
    overlap,
  };
}

/** @throws RefillError PLAN_CHANGED where the plan would now be another, saying how it differs; NO_WORKER, SOURCE_* */
export async function holdToPlan(
  context: OperationContext,
  approved: ApprovedPlan,
  request: PreviewRequest,
  signal: AbortSignal,
): Promise<void> {
  const plan = await previewPlan(context, request, signal);
  if (plan.digest === approved.digest) return;
  const now: PlanFacts = {
    ...requestFacts(request),
    total_runs: plan.totalRuns,
    adjusted_start_at: plan.adjustedStart,
  };
  const differences = [
    ...planDifference(approved.facts, now),
    ...(await editsSince(context, approved, request)),
  ];
  throw new RefillError(
    "PLAN_CHANGED",
    `Expected the plan ${approved.digest}; got ${plan.digest}: ${
      differences.length === 0 ? summaryOf(now) : differences.join("; ")
    }. Look at refill backfill plan again.`,
    {
      details: {
        expected: approved.digest,
        digest: plan.digest,
        differences,
        ...now,
      },
    },
  );
}

/** What was edited between the approved definition and the current one. */
async function editsSince(
  { pool }: OperationContext,
  { facts: { definition_version: version } }: ApprovedPlan,
  { row }: PreviewRequest,
): Promise<readonly string[]> {
  if (!isVersion(version) || version === row.definition_version) return [];
  const then = await findPinnedDefinition(pool, {
    batchExportId: row.id,
    version,
  });
  if (then === null) return [];
  return definitionChanges(then, row.definition).map(
    (change) => `the export was edited: ${changeText(change)}`,
  );
}

/** The plan may be a file that someone has edited. */
function isVersion(value: unknown): value is number {
  return typeof value === "number" && (value | 0) === value; // an integer of Postgres
}

/** Where all that is known of the approved plan is its digest. */
function summaryOf(now: PlanFacts): string {
  return `now ${String(now.total_runs)} runs from ${now.adjusted_start_at ?? "no data"} to ${now.end} under version ${String(now.definition_version)} of the definition. The export, its data, the options or the time-zone data have changed; where the plan was kept as JSON (--plan FILE), this says how`;
}
