import { Argument, InvalidArgumentError } from "commander";
import {
  type BackfillStatus,
  backfillStatuses,
  type RunStatus,
  runStatuses,
} from "../../domain/backfills/status.js";
import { parseDuration } from "../../domain/time/duration.js";
import type { ApiScope } from "../../store/access/api-key-rows.js";

const LONGEST_WAIT_MS = 24 * 3_600_000;

/** What Temporal takes. */
const SHORTEST_CATCH_UP_MS = 10_000;
const LONGEST_CATCH_UP_MS = 365 * 24 * 3_600_000;

/** Reads `--team`. @throws InvalidArgumentError */
export const parseTeam = integerBetween(0, 2_147_483_647);

/** Reads `--concurrency`. @throws InvalidArgumentError */
export const parseConcurrency = integerBetween(1, 500);

/** Reads the window of `set-concurrency`, where 0 pauses. @throws InvalidArgumentError */
export const parseWindow = integerBetween(0, 500);

/** Reads `--stop-after`, where 0 is never. @throws InvalidArgumentError */
export const parseStopAfter = integerBetween(0, 5_000_000);

/** Reads `--limit`. @throws InvalidArgumentError */
export const parseLimit = integerBetween(1, 5_000_000);

/** Reads `--after`. @throws InvalidArgumentError */
export const parseOrdinal = integerBetween(0, 5_000_000);

/** Reads `--max-concurrent-exports`. @throws InvalidArgumentError */
export const parseMaxConcurrentExports = integerBetween(1, 1000);

/** Reads `--lookback`. @throws InvalidArgumentError */
export const parseLookback = integerBetween(0, 1_000);

/** Reads a schedule's `--concurrency`. @throws InvalidArgumentError */
export const parseLiveConcurrency = integerBetween(1, 100);

/** Reads `--delay` and `--jitter`, into milliseconds. @throws InvalidArgumentError */
export function parseWait(text: string): number {
  const durationMs = parsedOrNull(text);
  if (durationMs !== null && durationMs <= LONGEST_WAIT_MS) return durationMs;
  throw new InvalidArgumentError(
    "Expected a duration such as 30s, 10m or 2h, a day at most.",
  );
}

/** Reads `--catch-up`, into milliseconds. @throws InvalidArgumentError */
export function parseCatchUp(text: string): number {
  const durationMs = parsedOrNull(text);
  if (
    durationMs !== null &&
    durationMs >= SHORTEST_CATCH_UP_MS &&
    durationMs <= LONGEST_CATCH_UP_MS
  ) {
    return durationMs;
  }
  throw new InvalidArgumentError(
    "Expected a duration such as 1h or 7d, from 10s to 365d.",
  );
}

/** Reads a backfill's `--status`, in any case. @throws InvalidArgumentError */
export const parseBackfillStatus: (text: string) => BackfillStatus =
  oneOf(backfillStatuses);

/** Reads a run's `--status`, in any case. @throws InvalidArgumentError */
export const parseRunStatus: (text: string) => RunStatus = oneOf(runStatuses);

/** Reads `--time-limit`, into milliseconds. @throws InvalidArgumentError */
export function parseTimeLimit(text: string): number {
  const durationMs = parsedOrNull(text);
  if (durationMs !== null && durationMs > 0) return durationMs;
  throw new InvalidArgumentError("Expected a duration such as 30m, 6h or 2d.");
}

/** Reads `--scope`. @throws InvalidArgumentError */
export const parseScope: (text: string) => ApiScope = oneOf([
  "batch_export:read",
  "batch_export:write",
]);

/** Reads a key's `--name`. @throws InvalidArgumentError */
export function parseKeyName(text: string): string {
  if (/^[\x20-\x7e]{1,100}$/.test(text)) return text;
  throw new InvalidArgumentError("Expected 1 to 100 printable characters.");
}

/** The argument by which a command names a backfill. */
export function backfillArgument(): Argument {
  return new Argument("<id>", "the backfill's id");
}

/** The argument by which a command names a schedule. */
export function scheduleArgument(): Argument {
  return new Argument("<schedule>", "its id, or its export's id or name");
}

function parsedOrNull(text: string): number | null {
  try {
    return parseDuration(text);
  } catch {
    return null;
  }
}

function integerBetween(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(
      `Expected a whole number from ${least} to ${most}.`,
    );
  };
}

function oneOf<Name extends string>(
  names: readonly Name[],
): (text: string) => Name {
  return (text) => {
    const found = names.find(
      (name) => name.toLowerCase() === text.toLowerCase(),
    );
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`Expected one of ${names.join(", ")}.`);
  };
}
