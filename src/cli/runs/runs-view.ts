import type { RunObject } from "../../contract/objects/run.js";
import { formatBytes, formatCount } from "../terminal/figures.js";
import { shortened } from "../terminal/printable.js";
import { createTable } from "../terminal/table.js";

const widestRemark = 100;

/** A table of runs in blocks; the widths fit ordinary figures from the first block on. */
export function createRunsTable(): {
  readonly block: (runs: readonly RunObject[]) => string;
} {
  const table = createTable([
    { title: "RUN", align: "right", minWidth: 6 },
    { title: "START", minWidth: 20 },
    { title: "END", minWidth: 20 },
    { title: "STATUS", minWidth: 15 },
    { title: "TRY", align: "right" },
    { title: "RECORDS", align: "right", minWidth: 12 },
    { title: "SIZE", align: "right", minWidth: 8 },
    { title: "REMARK" },
  ]);
  return { block: (runs) => table.block(runs.map(row)) };
}

function row(run: RunObject): readonly string[] {
  return [
    run.ordinal?.toString() ?? "-",
    run.data_interval_start,
    run.data_interval_end,
    run.status,
    run.attempt.toString(),
    run.records_completed === null ? "-" : formatCount(run.records_completed),
    run.bytes_exported === null ? "-" : formatBytes(run.bytes_exported),
    shortened(remark(run), widestRemark),
  ];
}

function remark({
  latest_error: error,
  skip_reason: reason,
}: RunObject): string {
  return reason ?? (error === null ? "" : `${error.code}: ${error.message}`);
}
