import type {
  BackfillDescription,
  CommandObject,
  FailureGroupObject,
  RunCountsObject,
} from "../../contract/objects/backfill-description.js";
import { isOpen } from "../../domain/backfills/status.js";
import {
  formatBytes,
  formatCount,
  formatRate,
  formatSeconds,
} from "../terminal/figures.js";
import { shortened } from "../terminal/printable.js";
import { renderDetails, renderTable } from "../terminal/table.js";
import { backfillDetails } from "./backfill-view.js";

const widestMessage = 120;

/** All that is known of a backfill, for people. */
export function descriptionText(of: BackfillDescription): string {
  return [
    backfillDetails(of),
    requestText(of),
    workText(of),
    of.failures.length === 0 ? null : `Failures\n${failuresTable(of.failures)}`,
    of.commands.length === 0
      ? null
      : `Asked of it\n${commandsTable(of.commands)}`,
    temporalText(of),
  ]
    .filter((section) => section !== null)
    .join("\n");
}

/** How a watched backfill ended, in a few lines. */
export function closingText(of: BackfillDescription): string {
  const runs = of.runs === null ? "" : ` Runs: ${runCountsText(of.runs)}.`;
  const head = `${of.status}.${runs} ${formatCount(of.records_completed)} records, ${formatBytes(of.bytes_exported)}.\n`;
  const error =
    of.error === null
      ? ""
      : renderDetails([["Error", `${of.error.code}: ${of.error.message}`]]);
  const failures = of.failures.length === 0 ? "" : failuresTable(of.failures);
  return head + error + failures;
}

/** Why a backfill ended badly, and how to go on, a sentence a line; none where it did not. */
export function badEndLines(of: BackfillDescription): readonly string[] {
  if (isOpen(of.status) || ["Completed", "Cancelled"].includes(of.status)) {
    return [];
  }
  const reasons = [
    ...(of.error === null ? [] : [`${of.error.code}: ${of.error.message}`]),
    ...of.failures
      .slice(0, mostGroupsTold)
      .map(({ code, runs, sample }) =>
        shortened(
          `${formatCount(runs)} ${runs === 1 ? "run" : "runs"} failed with ${code}, such as run ${sample.ordinal}: ${sample.message}`,
          widestReason,
        ),
      ),
  ];
  const retry = `\`refill backfill retry ${of.id}\` runs what is not completed.`;
  return [
    ...reasons,
    `\`refill backfill describe ${of.id}\` tells more. Once it is mended, ${retry}`,
  ];
}

const mostGroupsTold = 3;
const widestReason = 400;

function requestText(of: BackfillDescription): string {
  return renderDetails([
    ["Order", `${of.order} first`],
    ["Waits for", waitsText(of)],
    ["Concurrency", of.concurrency.toString()],
    ["Paused", pauseText(of)],
    ["Stops after", stopText(of)],
    ["Requested by", of.requested_by],
    ["Note", of.note],
    ["Definition version", versionText(of)],
    ["Plan digest", of.plan_digest],
    ["Cancel requested", cancelText(of)],
    ...of.warnings.map((warning) => ["Warning", warning] as const),
  ]);
}

/** `5, planned with 3; the export's is 6`. */
function versionText(of: BackfillDescription): string {
  const { repinned_from: first, definition_version: version } = of;
  const { export_definition_version: current } = of;
  return [
    version.toString(),
    first === null ? "" : `, planned with ${first.toString()}`,
    current === version ? "" : `; the export's is ${current.toString()}`,
  ].join("");
}

/** What a queued backfill is behind; null where it is not. */
function waitsText({ waits_for: behind }: BackfillDescription): string | null {
  return behind.length === 0 ? null : `backfill ${behind.join(", ")}`;
}

/** `since 2001-07-01T00:00:00Z: 5 runs in a row failed with SOURCE_FORBIDDEN`. */
function pauseText(of: BackfillDescription): string | null {
  if (!of.paused) return null;
  const reason = of.paused_reason === null ? "" : `: ${of.paused_reason}`;
  return `since ${of.paused_at ?? "?"}${reason}`;
}

function stopText({ stop_after: runs }: BackfillDescription): string {
  return runs === 0 ? "never" : `${formatCount(runs)} runs failing alike`;
}

function cancelText(of: BackfillDescription): string | null {
  const { cancel_requested_at: at, cancel_mode: mode } = of;
  return at === null ? null : `${at} (${mode ?? "stop"})`;
}

function workText(of: BackfillDescription): string {
  return renderDetails([
    ["Runs by status", of.runs === null ? null : runCountsText(of.runs)],
    ["Records completed", formatCount(of.records_completed)],
    ["Bytes exported", formatBytes(of.bytes_exported)],
    ["Rate", rateText(of)],
    ["ETA", etaText(of)],
    [
      "Error",
      of.error === null ? null : `${of.error.code}: ${of.error.message}`,
    ],
  ]);
}

/** `4m 10s (3m 2s to 7m 40s)`. */
function etaText({ rate }: BackfillDescription): string | null {
  if (rate?.eta_seconds == null) return null;
  const eta = formatSeconds(rate.eta_seconds);
  const range = rate.eta_range_seconds;
  if (range === null) return eta;
  const low = formatSeconds(range.low);
  return range.high === null
    ? `${eta} (${low} or more)`
    : `${eta} (${low} to ${formatSeconds(range.high)})`;
}

function rateText({ rate }: BackfillDescription): string | null {
  const parts = [
    rate?.records_per_second == null
      ? []
      : [`${formatRate(rate.records_per_second)} records`],
    rate?.runs_per_second == null
      ? []
      : [`${formatRate(rate.runs_per_second)} runs`],
  ].flat();
  return parts.length === 0 ? null : parts.join(", ");
}

/** `101 completed (20 empty), 2 failed, 78 waiting`: what is there, in the order of the ledger. */
function runCountsText(runs: RunCountsObject): string {
  const empty = runs.empty === 0 ? "" : ` (${formatCount(runs.empty)} empty)`;
  const counts: readonly (readonly [count: number, text: string])[] = [
    [runs.completed, `completed${empty}`],
    [runs.failed, "failed"],
    [runs.failed_retryable, "failed, worth a retry"],
    [runs.timed_out, "timed out"],
    [runs.cancelled, "cancelled"],
    [runs.terminated, "terminated"],
    [runs.running, "running"],
    [runs.starting, "waiting"],
  ];
  const present = counts.filter(([count]) => count > 0);
  return present.length === 0
    ? "no runs"
    : present
        .map(([count, text]) => `${formatCount(count)} ${text}`)
        .join(", ");
}

function failuresTable(failures: readonly FailureGroupObject[]): string {
  return renderTable(
    [
      { title: "CODE" },
      { title: "RUNS", align: "right" },
      { title: "MAY PASS" },
      { title: "LAST" },
      { title: "FOR EXAMPLE" },
    ],
    failures.map(({ code, runs, retryable, last_at: lastAt, sample }) => [
      code,
      formatCount(runs),
      retryable ? "yes" : "no",
      lastAt,
      shortened(`run ${sample.ordinal}: ${sample.message}`, widestMessage),
    ]),
  );
}

function commandsTable(commands: readonly CommandObject[]): string {
  return renderTable(
    [
      { title: "WHEN" },
      { title: "WHAT" },
      { title: "BY" },
      { title: "REASON" },
    ],
    commands.map((command) => [
      command.requested_at,
      commandText(command),
      command.requested_by,
      command.reason ?? "",
    ]),
  );
}

/** `set-concurrency 16`, `cancel drain`, else the command's name alone. */
function commandText({ kind, arguments: given }: CommandObject): string {
  const shown =
    kind === "start" ? undefined : (given["concurrency"] ?? given["mode"]);
  return typeof shown === "string" || typeof shown === "number"
    ? `${kind} ${String(shown)}`
    : kind;
}

function temporalText({ temporal, generation }: BackfillDescription): string {
  return renderDetails([
    ["Temporal workflow", temporal.workflow_id],
    ["Generation", generation.toString()],
    ["Namespace", temporal.namespace],
    ["First run id", temporal.first_execution_run_id],
    ["Web UI", temporal.web_url],
  ]);
}
