const DAY_SECONDS = 86_400;

/** Widths that clocks show well. Beyond a day: whole days. */
const widths: readonly number[] = [
  1,
  2,
  5,
  10,
  15,
  30,
  60,
  120,
  300,
  600,
  900,
  1_800,
  3_600,
  7_200,
  10_800,
  21_600,
  43_200,
  DAY_SECONDS,
];

/** The least of the widths that people read well by which a span of time falls into at most so many buckets. */
export function bucketSecondsFor(
  spanSeconds: number,
  maxBuckets: number,
): number {
  const leastSeconds = spanSeconds / maxBuckets;
  return (
    widths.find((width) => width >= leastSeconds) ??
    Math.ceil(leastSeconds / DAY_SECONDS) * DAY_SECONDS
  );
}
