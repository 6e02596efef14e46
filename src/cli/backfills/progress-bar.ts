import type { BackfillDescription } from "../../contract/objects/backfill-description.js";
import { type BackfillStatus, isOpen } from "../../domain/backfills/status.js";
import {
  formatCount,
  formatRate,
  formatSeconds,
  formatShare,
} from "../terminal/figures.js";
import type { Paint } from "../terminal/paint.js";

/** What the bar needs to know of a backfill. */
export interface ProgressView {
  readonly status: BackfillStatus;
  readonly cancelling: boolean;
  readonly paused: boolean;
  /** How many backfills a queued one waits for. */
  readonly waitsFor: number;
  /** Null until planned. */
  readonly totalRuns: number | null;
  readonly finishedRuns: number;
  /** 0 to 1; null until planned. */
  readonly share: number | null;
  readonly records: bigint;
  readonly failedRuns: number;
  readonly recordsPerSecond: number | null;
  readonly runsPerSecond: number | null;
  readonly etaSeconds: number | null;
}

export interface BarLook {
  /** The line is at most this wide. */
  readonly columns: number;
  /** False: nothing but ASCII. */
  readonly unicode: boolean;
  readonly paint: Paint;
}

/** Reads the bar's figures off a description. */
export function progressView(of: BackfillDescription): ProgressView {
  const runs = of.runs;
  return {
    status: of.status,
    cancelling: of.cancel_requested_at !== null && isOpen(of.status),
    paused: of.paused,
    waitsFor: of.waits_for.length,
    totalRuns: of.progress?.total_runs ?? null,
    finishedRuns: of.progress?.finished_runs ?? 0,
    share: of.progress?.progress ?? null,
    records: of.records_completed,
    failedRuns:
      runs === null ? 0 : runs.failed + runs.failed_retryable + runs.timed_out,
    recordsPerSecond: of.rate?.records_per_second ?? null,
    runsPerSecond: of.rate?.runs_per_second ?? null,
    etaSeconds: of.rate?.eta_seconds ?? null,
  };
}

/** One line of runs, records, rate, ETA and failures, with a bar. Where it is too narrow, the least important parts go. */
export function renderProgressBar(view: ProgressView, look: BarLook): string {
  const parts = steady(partsOf(view), view);
  for (const dropped of narrowing) {
    const texts = parts.filter((part) => !dropped.includes(part.name));
    const spare = look.columns - widthOf(texts);
    if (!dropped.includes("bar") && view.share !== null) {
      const cells = cellsIn(spare - barFrame);
      if (cells >= narrowestBar) return assemble(texts, { view, look, cells });
    } else if (spare >= 0) return assemble(texts, { view, look, cells: 0 });
  }
  return view.status.slice(0, Math.max(0, look.columns));
}

/** The same figures without a bar, for logs and pipes: `Running  55.2%  100/181 runs  1,672,345 records`. */
export function renderProgressLine(view: ProgressView): string {
  return partsOf(view)
    .map((part) => part.text)
    .join(gap);
}

/** Figures that grow keep their place, so that the line does not jump about. */
function steady(parts: readonly Part[], view: ProgressView): readonly Part[] {
  const runsWidth = runsText(view.totalRuns ?? 0, {
    ...view,
    finishedRuns: view.totalRuns ?? 0,
  }).length;
  const widths: Partial<Record<PartName, number>> = {
    share: "100.0%".length,
    runs: runsWidth,
  };
  return parts.map(({ name, text }) => ({
    name,
    text: text.padStart(widths[name] ?? 0),
  }));
}

/** As many cells as there is room for, in steps, so that the bar does not change its length with every figure. */
function cellsIn(room: number): number {
  return Math.min(widestBar, Math.floor(room / cellStep) * cellStep);
}

type PartName =
  "status" | "share" | "runs" | "records" | "rate" | "eta" | "failures";

interface Part {
  readonly name: PartName;
  readonly text: string;
}

const gap = "  ";
const widestBar = 30;
const narrowestBar = 10;
const cellStep = 5;
/** The bar's brackets and the gap after it. */
const barFrame = 4;

/** What is left out, step by step, until the line fits. */
const narrowing: readonly (readonly (PartName | "bar")[])[] = [
  [],
  ["rate"],
  ["rate", "bar"],
  ["rate", "bar", "records"],
  ["rate", "bar", "records", "eta"],
  ["rate", "bar", "records", "eta", "runs"],
  ["rate", "bar", "records", "eta", "runs", "failures"],
];

function partsOf(view: ProgressView): readonly Part[] {
  const parts: readonly (Part | null)[] = [
    { name: "status", text: statusText(view) },
    view.share === null
      ? null
      : { name: "share", text: formatShare(view.share) },
    view.totalRuns === null
      ? null
      : { name: "runs", text: runsText(view.totalRuns, view) },
    view.totalRuns === null
      ? null
      : { name: "records", text: counted(view.records, "record") },
    rateText(view),
    isAtWork(view) && view.etaSeconds !== null
      ? { name: "eta", text: `ETA ${formatSeconds(view.etaSeconds)}` }
      : null,
    view.failedRuns === 0
      ? null
      : { name: "failures", text: `${formatCount(view.failedRuns)} failed` },
  ];
  return parts.filter((part) => part !== null);
}

function statusText(view: ProgressView): string {
  if (view.cancelling) return `${view.status} (cancelling)`;
  if (view.paused) return `${view.status} (paused)`;
  if (view.waitsFor > 0) {
    return `${view.status} (waits for ${counted(view.waitsFor, "backfill")})`;
  }
  if (view.status === "Running" && view.totalRuns === null)
    return "Running (planning)";
  return view.status;
}

function runsText(totalRuns: number, view: ProgressView): string {
  return `${formatCount(view.finishedRuns)}/${counted(totalRuns, "run")}`;
}

/** Records a second; runs a second while none of the runs holds a record. */
function rateText(view: ProgressView): Part | null {
  if (!isAtWork(view)) return null;
  if (view.recordsPerSecond !== null && view.recordsPerSecond > 0) {
    return { name: "rate", text: formatRate(view.recordsPerSecond) };
  }
  if (view.runsPerSecond === null || view.runsPerSecond <= 0) return null;
  return { name: "rate", text: `${view.runsPerSecond.toFixed(1)} runs/s` };
}

/** Before the plan and after the close, a rate says nothing. */
function isAtWork(view: ProgressView): boolean {
  return isOpen(view.status) && view.totalRuns !== null;
}

function counted(count: number | bigint, noun: string): string {
  return `${formatCount(count)} ${noun}${BigInt(count) === 1n ? "" : "s"}`;
}

function widthOf(parts: readonly Part[]): number {
  return parts.reduce(
    (sum, part) => sum + part.text.length,
    (parts.length - 1) * gap.length,
  );
}

function assemble(
  parts: readonly Part[],
  {
    view,
    look,
    cells,
  }: {
    readonly view: ProgressView;
    readonly look: BarLook;
    readonly cells: number;
  },
): string {
  return parts
    .flatMap((part) => {
      const text = painted(part, { view, paint: look.paint });
      return part.name === "status" && cells > 0
        ? [text, bar({ share: view.share ?? 0, cells, look })]
        : [text];
    })
    .join(gap);
}

function painted(
  part: Part,
  { view, paint }: { readonly view: ProgressView; readonly paint: Paint },
): string {
  if (part.name === "failures") return paint.bad(part.text);
  if (part.name !== "status" || isOpen(view.status)) return part.text;
  return view.status === "Completed"
    ? paint.good(part.text)
    : paint.bad(part.text);
}

function bar({
  share,
  cells,
  look,
}: {
  readonly share: number;
  readonly cells: number;
  readonly look: BarLook;
}): string {
  const filled = Math.floor(Math.min(1, Math.max(0, share)) * cells);
  const [full, rest] = look.unicode ? ["\u2588", "\u2591"] : ["#", "-"];
  return `[${full.repeat(filled)}${look.paint.faint(rest.repeat(cells - filled))}]`;
}
