import type { BackfillObject } from "../../contract/objects/backfill.js";
import type { BackfillRemarks } from "../../operations/backfills/backfill-object.js";
import type { ListedBackfill } from "../../operations/backfills/read-backfill.js";
import { formatCount, formatShare } from "../terminal/figures.js";
import { renderDetails, renderTable } from "../terminal/table.js";

/** The published object for people, with what else is known where that was read. */
export function backfillDetails(
  of: BackfillObject,
  remarks: BackfillRemarks | null = null,
): string {
  return renderDetails([
    ["Backfill", of.id],
    ["Status", statusText(of, remarks)],
    ["Batch export", exportText(of, remarks)],
    ["Team", of.team.toString()],
    ["Start", of.start_at ?? "the earliest data"],
    ["End", of.end_at ?? "the last whole interval"],
    ["Adjusted start", of.adjusted_start_at],
    ["Runs", runsText(of)],
    ["Records", of.total_records_count === null ? null : recordsText(of)],
    ["Created", of.created_at],
    ["Finished", of.finished_at],
    ["Last updated", of.last_updated_at],
    ...errorLines(remarks?.error ?? null),
  ]);
}

/** `Running (planning)`, `Running, paused since 2001-07-01T00:00:00Z: lunch`. */
function statusText(
  { status, progress }: BackfillObject,
  remarks: BackfillRemarks | null,
): string {
  const isPlanning = status === "Running" && progress?.total_runs == null;
  const text = isPlanning ? `${status} (planning)` : status;
  if (remarks?.pausedAt == null) return text;
  const why = remarks.pausedReason === null ? "" : `: ${remarks.pausedReason}`;
  return `${text}, paused since ${remarks.pausedAt}${why}`;
}

function exportText(
  { batch_export: id }: BackfillObject,
  remarks: BackfillRemarks | null,
): string {
  return remarks === null ? id : `${remarks.exportName} (${id})`;
}

function errorLines(
  error: BackfillRemarks["error"],
): readonly (readonly [string, string])[] {
  return error === null ? [] : [["Error", `${error.code}: ${error.message}`]];
}

/** How to go on after a start. */
export function watchHint(id: string): string {
  return `\nWatch it with:\n  refill backfill watch ${id}\n`;
}

/** Backfills, one a line. */
export function backfillsTable(backfills: readonly ListedBackfill[]): string {
  if (backfills.length === 0) return "No backfill matches.\n";
  return renderTable(
    [
      { title: "ID" },
      { title: "EXPORT" },
      { title: "STATUS" },
      { title: "DONE", align: "right" },
      { title: "RUNS", align: "right" },
      { title: "RECORDS", align: "right" },
      { title: "CREATED" },
    ],
    backfills.map(({ backfill, exportName }) => [
      backfill.id,
      exportName,
      backfill.status,
      doneText(backfill) ?? "-",
      countsText(backfill) ?? "-",
      backfill.total_records_count === null ? "-" : recordsText(backfill),
      backfill.created_at,
    ]),
  );
}

/** `101 of 181 finished (55.8%)`; null until planned. */
function runsText(of: BackfillObject): string | null {
  const counts = countsText(of);
  if (counts === null) return null;
  const done = doneText(of);
  return `${counts} finished${done === null ? "" : ` (${done})`}`;
}

function countsText({ progress }: BackfillObject): string | null {
  if (progress?.total_runs == null) return null;
  const finished = formatCount(progress.finished_runs ?? 0);
  return `${finished} of ${formatCount(progress.total_runs)}`;
}

function doneText({ progress }: BackfillObject): string | null {
  return progress?.progress == null ? null : formatShare(progress.progress);
}

/** An estimate is marked, until the close makes it exact. */
function recordsText(of: BackfillObject): string {
  const count = formatCount(of.total_records_count ?? 0n);
  return of.finished_at === null ? `~${count}` : count;
}
