import { type BackfillStatus, isOpen } from "../backfills/status.js";
import type { TimeRange } from "../time/split.js";
import type { ClaimKind, CoverageClaim } from "./coverage.js";
import { freeRanges } from "./free-ranges.js";

/** A backfill as coverage sees it. Instants in milliseconds; a null start: from the earliest data. */
export interface CoveragePlan {
  readonly id: string;
  /** Whether the definition that it was started with writes what the export's current one would write. */
  readonly isCurrent: boolean;
  /** Whether it took another definition since: then each of its runs tells of its own. */
  readonly isRepinned: boolean;
  readonly status: BackfillStatus;
  /** `all`, or which intervals of its range it was asked to run. */
  readonly selection: string;
  /** Whether it leaves out what other backfills held when it was started. */
  readonly isTrimmed: boolean;
  readonly startMs: number | null;
  readonly endMs: number;
  readonly plannedAt: string | null;
  readonly finishedAt: string | null;
  /** Where the data begins, as the plan found it; null without a plan, and without data. */
  readonly dataStartMs: number | null;
}

/** How consecutive runs of a backfill stand. A null backfill: live runs. */
export interface RunRange extends TimeRange {
  readonly backfill: string | null;
  /** Whether they write what the export's current definition would write. Absent: as their backfill's plan says. */
  readonly isCurrent?: boolean;
  /** `none`: it ended without a word on its interval. */
  readonly state: "completed" | "open" | "failed" | "none";
}

/**
 * Whether a plan took every interval from where its data begins, under one definition: then what is no exception is
 * completed under it.
 */
export function tilesItsRange(plan: CoveragePlan): boolean {
  return plan.selection === "all" && !plan.isTrimmed && !plan.isRepinned;
}

/** Completed with every interval of its range: no run of it need be looked at. The database holds it to that. */
export function isWhole(plan: CoveragePlan): boolean {
  return plan.status === "Completed" && tilesItsRange(plan);
}

/** Who may have written what a definition other than the current one then wrote again. */
export interface PossiblySuperseded {
  readonly backfills: readonly string[];
  readonly liveRuns: boolean;
}

/** Those that wrote what is current, and the ones that may have written something else after them in their range. */
export function possiblySuperseded(
  plans: readonly CoveragePlan[],
  liveRuns: readonly LiveStretch[],
): PossiblySuperseded {
  const writers = [...plans.map(writerOf), ...liveRuns.map(liveWriterOf)];
  const found = new Set<string | null>();
  for (const current of writers.filter((writer) => writer.writesCurrent)) {
    for (const other of writers) {
      if (!other.writesOther || !mayFollow(current, other)) continue;
      found.add(current.id).add(other.id);
    }
  }
  return {
    backfills: [...found].filter((id) => id !== null),
    liveRuns: found.has(null),
  };
}

/** Live runs that completed consecutive intervals under one definition. */
export interface LiveStretch extends TimeRange {
  readonly isCurrent: boolean;
  /** Texts of Postgres, as all times here. */
  readonly firstFinishedAt: string;
  readonly lastFinishedAt: string;
}

/** Who writes intervals of a range between two times, under which kinds of definition. A null id: live runs. */
interface Writer extends TimeRange {
  readonly id: string | null;
  readonly writesCurrent: boolean;
  readonly writesOther: boolean;
  /** Null: not yet. */
  readonly since: string | null;
  /** Null: it goes on. */
  readonly until: string | null;
}

function writerOf(plan: CoveragePlan): Writer {
  return {
    id: plan.id,
    writesCurrent: plan.isCurrent || plan.isRepinned,
    writesOther: !plan.isCurrent || plan.isRepinned,
    since: plan.plannedAt,
    until: plan.finishedAt,
    startMs: startOf(plan),
    endMs: plan.endMs,
  };
}

function liveWriterOf({ isCurrent, ...of }: LiveStretch): Writer {
  return {
    id: null,
    writesCurrent: isCurrent,
    writesOther: !isCurrent,
    since: of.firstFinishedAt,
    until: of.lastFinishedAt,
    startMs: of.startMs,
    endMs: of.endMs,
  };
}

/** Texts of Postgres in UTC sort as the instants do, within the years that a ledger is kept. */
function mayFollow(current: Writer, other: Writer): boolean {
  if (current.since === null || other.since === null) return false;
  // A backfill writes each of its intervals once.
  if (current.id !== null && current.id === other.id) return false;
  const isLater = other.until === null || other.until > current.since;
  return (
    isLater && current.startMs < other.endMs && other.startMs < current.endMs
  );
}

function startOf({ startMs }: CoveragePlan): number {
  return startMs ?? -Infinity;
}

/**
 * What backfills and runs claim of an export's time. `runs`: of plans that tile their range the exceptions are enough.
 * `superseded`: what a definition no longer current wrote last.
 */
export function claimsOf(ledger: {
  readonly plans: readonly CoveragePlan[];
  readonly runs: readonly RunRange[];
  readonly superseded: readonly TimeRange[];
}): readonly CoverageClaim[] {
  const plans = new Map(ledger.plans.map((plan) => [plan.id, plan]));
  const exceptions = exceptionsByPlan(ledger.runs);
  const completed = ledger.plans
    .filter((plan) => plan.plannedAt !== null && tilesItsRange(plan))
    .flatMap((plan) => completedOf(plan, exceptions.get(plan.id) ?? []));
  return [
    ...[...completed, ...ledger.runs].flatMap((runs) =>
      runClaims(runs, {
        isCurrent:
          runs.isCurrent ?? plans.get(runs.backfill ?? "")?.isCurrent ?? true,
        superseded: ledger.superseded,
      }),
    ),
    ...ledger.plans.flatMap((plan) => planClaims(plan, ledger.plans)),
  ];
}

function exceptionsByPlan(
  runs: readonly RunRange[],
): ReadonlyMap<string, readonly RunRange[]> {
  const byPlan = new Map<string, RunRange[]>();
  for (const run of runs) {
    if (run.backfill === null || run.state === "completed") continue;
    const found = byPlan.get(run.backfill);
    if (found === undefined) byPlan.set(run.backfill, [run]);
    else found.push(run);
  }
  return byPlan;
}

/** What of a plan that tiles its range is no exception. */
function completedOf(
  { id, dataStartMs, endMs }: CoveragePlan,
  exceptions: readonly RunRange[],
): readonly RunRange[] {
  if (dataStartMs === null) return [];
  return without({ startMs: dataStartMs, endMs }, exceptions).map((range) => ({
    ...range,
    backfill: id,
    state: "completed",
  }));
}

function runClaims(
  { backfill, state, startMs, endMs }: RunRange,
  {
    isCurrent,
    superseded,
  }: { readonly isCurrent: boolean; readonly superseded: readonly TimeRange[] },
): readonly CoverageClaim[] {
  const range = { backfill, startMs, endMs };
  if (state === "none") return [];
  if (state !== "completed") return [{ ...range, kind: state }];
  if (!isCurrent) return [{ ...range, kind: "stale" }];
  return without(range, superseded).map((part) => ({
    ...range,
    ...part,
    kind: "covered" as const,
  }));
}

/** What a plan says beyond its runs: where there was no data, and, before it is made, what it may be about to do. */
function planClaims(
  plan: CoveragePlan,
  plans: readonly CoveragePlan[],
): readonly CoverageClaim[] {
  const claim = (range: TimeRange, kind: ClaimKind) => ({
    ...range,
    kind,
    backfill: plan.id,
  });
  if (plan.plannedAt === null) {
    const range = { startMs: startOf(plan), endMs: plan.endMs };
    return isOpen(plan.status) ? [claim(range, "open")] : [];
  }
  const kind = plan.isCurrent ? "empty" : "stale-empty";
  const empty = {
    startMs: startOf(plan),
    endMs: plan.dataStartMs ?? plan.endMs,
  };
  if (empty.startMs >= empty.endMs) return [];
  return without(empty, dataFoundAfter(plan, plans)).map((part) =>
    claim(part, kind),
  );
}

/** Where plans that were made later found data: an earlier plan's word that there is none no longer holds there. */
function dataFoundAfter(
  plan: CoveragePlan,
  plans: readonly CoveragePlan[],
): readonly TimeRange[] {
  return plans.flatMap(({ plannedAt, dataStartMs, endMs }) =>
    plannedAt !== null &&
    plannedAt > (plan.plannedAt ?? "") &&
    dataStartMs !== null
      ? [{ startMs: dataStartMs, endMs }]
      : [],
  );
}

/** A range without some others. It may begin at -Infinity. */
function without(
  range: TimeRange,
  others: readonly TimeRange[],
): readonly TimeRange[] {
  if (range.startMs >= range.endMs) return [];
  return freeRanges(range, others).map(({ startMs, endMs }) => ({
    startMs: startMs ?? -Infinity,
    endMs,
  }));
}
