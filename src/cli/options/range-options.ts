import { type Command, Option } from "commander";
import { type Overlap, overlaps } from "../../domain/plans/overlap.js";
import { type RunOrder, runOrders } from "../../domain/plans/run-order.js";

/** The options that decide what a backfill covers, the same for `plan` and for `start`. */
export interface RangeOptions {
  readonly start?: string;
  readonly end?: string;
  readonly order: RunOrder;
  readonly only: string;
  readonly overlap: Overlap;
}

export const rangeHelp = `
Times are RFC 3339 with an offset (2001-03-01T05:00:00Z). A bare date (2001-03-01) means that day's boundary
in the export's time zone; for exports by minutes and hours, which are cut in UTC, midnight UTC. Both must lie on boundaries of the export's interval; the end is exclusive.`;

/** Adds the options that decide what a backfill covers. */
export function addRangeOptions(command: Command): void {
  command
    .option(
      "--start <time>",
      "the first interval starts here (default: with the earliest data)",
    )
    .option(
      "--end <time>",
      "the last interval ends here (default: the last whole interval)",
    )
    .addOption(
      new Option("--order <which>", "which intervals come first")
        .choices(runOrders)
        .default("oldest"),
    )
    .option(
      "--only <which>",
      "which intervals to run: all, missing (not covered by any run), failed, stale (written under another definition), or ranges START/END, several separated by commas",
      "all",
    )
    .addOption(
      new Option(
        "--overlap <how>",
        "beside an open backfill of the export: refuse to start, trim the range to what is free, or queue behind it",
      )
        .choices(overlaps)
        .default("refuse"),
    );
}

/** The options as words of a command line, for a hint that repeats them. Defaults are left out. */
export function rangeWords(options: RangeOptions): string {
  const words = [
    ...(options.start === undefined ? [] : ["--start", quoted(options.start)]),
    ...(options.end === undefined ? [] : ["--end", quoted(options.end)]),
    ...(options.order === "oldest" ? [] : ["--order", options.order]),
    ...(options.only === "all" ? [] : ["--only", quoted(options.only)]),
    ...(options.overlap === "refuse" ? [] : ["--overlap", options.overlap]),
  ];
  return words.map((word) => ` ${word}`).join("");
}

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", "'\\''")}'`;
}
