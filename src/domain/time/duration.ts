import { RefillError } from "../errors.js";
import { DAY_MS, HOUR_MS, MINUTE_MS, pad } from "./calendar.js";

const durationPattern = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/**
 * Milliseconds of a duration such as `90s`, `30m`, `2h`, `7d` or `1h30m`: whole numbers, the longest unit first.
 * @throws RefillError USAGE
 */
export function parseDuration(text: string): number {
  const match = text === "" ? null : durationPattern.exec(text);
  const [days, hours, minutes, seconds] = (match ?? [])
    .slice(1)
    .map((part: string | undefined) => Number(part ?? "0"));
  const durationMs =
    (days ?? 0) * DAY_MS +
    (hours ?? 0) * HOUR_MS +
    (minutes ?? 0) * MINUTE_MS +
    (seconds ?? 0) * 1_000;
  if (match === null || !Number.isSafeInteger(durationMs)) {
    throw new RefillError(
      "USAGE",
      `Expected a duration such as 90s, 30m, 2h, 7d or 1h30m, got ${JSON.stringify(text.slice(0, 60))}.`,
    );
  }
  return durationMs;
}

/** A duration for people, in its two largest units and rounded down: `2 h 05 min`, `45 s`, `3 d 00 h`. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${pad(seconds % 60, 2)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${pad(minutes % 60, 2)} min`;
  return `${Math.floor(hours / 24)} d ${pad(hours % 24, 2)} h`;
}
