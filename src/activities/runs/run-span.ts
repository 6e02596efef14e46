import { formatInstant } from "../../domain/time/instant.js";
import type { Claim } from "../../store/runs/claims.js";
import type { SpanOptions } from "../../telemetry/tracing.js";
import type { ExportSession } from "./export-session.js";
import type { RunToExport } from "./run-to-export.js";

/** The span of one attempt at a run. Only ids, numbers and times: nothing that a definition refers to. */
export function runSpan(
  session: Pick<ExportSession, "batchExportId">,
  run: Pick<RunToExport, "startMs" | "endMs" | "subject">,
  { runId, attempt }: Pick<Claim, "runId" | "attempt">,
): SpanOptions {
  return {
    name: "export run",
    attributes: {
      ...run.subject,
      "refill.batch_export.id": session.batchExportId,
      "refill.run.id": runId,
      "refill.run.attempt": attempt,
      "refill.run.data_interval_start": formatInstant(run.startMs),
      "refill.run.data_interval_end": formatInstant(run.endMs),
    },
  };
}
