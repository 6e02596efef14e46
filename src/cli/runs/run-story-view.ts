import type { RunObject } from "../../contract/objects/run.js";
import type {
  AttemptObject,
  RunStoryObject,
} from "../../contract/objects/run-story.js";
import { formatBytes, formatCount } from "../terminal/figures.js";
import { shortened } from "../terminal/printable.js";
import { renderDetails, renderTable } from "../terminal/table.js";

const widestMessage = 120;

/** All that the ledger knows of a run, for people. */
export function runStoryText(story: RunStoryObject): string {
  const { attempts } = story;
  return [
    runText(story),
    attempts.length === 0 ? null : `Attempts\n${attemptsTable(attempts)}`,
    outputText(story),
  ]
    .filter((section) => section !== null)
    .join("\n");
}

function runText({ run, planned, ...story }: RunStoryObject): string {
  return renderDetails([
    ["Run", run.ordinal === null ? run.id : run.ordinal.toString()],
    ["Interval", `${run.data_interval_start} to ${run.data_interval_end}`],
    ["Status", run.status],
    ["Planned", `${planned.at}. ${planned.reason}`],
    ["Definition version", story.definition_version.toString()],
    ["Skipped because", run.skip_reason],
    ["Exported", exportedText(run)],
    ["Next attempt", story.next_attempt_at],
  ]);
}

function exportedText(run: RunObject): string | null {
  if (run.records_completed === null) return null;
  const records = formatCount(run.records_completed);
  return `${records} records, ${formatBytes(run.bytes_exported ?? 0n)}`;
}

function attemptsTable(attempts: readonly AttemptObject[]): string {
  return renderTable(
    [
      { title: "GENERATION", align: "right" },
      { title: "TRY", align: "right" },
      { title: "BEGAN" },
      { title: "ENDED" },
      { title: "WORKER" },
      { title: "TOKEN", align: "right" },
      { title: "THEN" },
      { title: "ERROR" },
    ],
    attempts.map((attempt) => [
      attempt.generation.toString(),
      attempt.attempt.toString(),
      attempt.began_at ?? "-",
      attempt.ended_at ?? "-",
      attempt.worker,
      attempt.token.toString(),
      attempt.became === "Starting" ? "to be tried again" : attempt.became,
      attempt.error === null
        ? ""
        : shortened(
            `${attempt.error.code}: ${attempt.error.message}`,
            widestMessage,
          ),
    ]),
  );
}

/** Whose files these are: this run's own, or those of another that exported the same interval. */
function outputText({ run, output }: RunStoryObject): string | null {
  if (output === null) return null;
  const writer =
    output.run === run.id
      ? "this run"
      : `run ${output.run} of ${output.backfill === null ? "a schedule" : `backfill ${output.backfill}`}`;
  return renderDetails([
    ["Destination", output.destination],
    ["Written by", `${writer}, token ${String(output.token)}`],
    ...output.keys.map((key) => ["File", key] as const),
  ]);
}
