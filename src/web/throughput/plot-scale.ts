const firstDigits = [1, 2, 3, 4, 5, 6, 8, 10];

/** The least number of one round digit that is not below a value, for the top of an axis; 1 for what is not above 0. */
export function niceCeiling(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * (firstDigits.find((digit) => digit * power >= value) ?? 10);
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const steps: readonly number[] = [
  1_000,
  2_000,
  5_000,
  10_000,
  15_000,
  30_000,
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 7, 14, 30, 90, 365].map((days) => days * DAY_MS),
];

/** Round times within a range, at most so many, for the marks of an axis. */
export function timeTicks(
  startMs: number,
  endMs: number,
  most: number,
): readonly number[] {
  const wanted = (endMs - startMs) / Math.max(1, most);
  const step = steps.find((one) => one >= wanted) ?? Math.max(1, wanted);
  const ticks: number[] = [];
  for (let at = Math.ceil(startMs / step) * step; at <= endMs; at += step) {
    ticks.push(at);
  }
  return ticks;
}

/** A mark's time in UTC, with no more than its axis needs: a date where it spans days, seconds where it spans minutes. */
export function tickText(atMs: number, spanMs: number): string {
  const iso = new Date(atMs).toISOString();
  if (spanMs > 7 * DAY_MS) return iso.slice(0, 10);
  if (spanMs > DAY_MS) return iso.slice(5, 16).replace("T", " ");
  return iso.slice(11, spanMs > 10 * MINUTE_MS ? 16 : 19);
}
