import { boundaryDate, boundaryIndex } from "./boundary.js";
import { formatDate, pad } from "./calendar.js";
import type { IntervalSpec } from "./interval.js";
import { formatLocal } from "./zone.js";

/**
 * A short name for people of the data interval that begins at an instant, in the export's zone: `2001-03` for a whole
 * calendar month, `2001-03-01` for a day or a week that begins at midnight, else `2001-03-01 05:00`. Different
 * intervals have different labels: an hour that the clock shows twice ends in its UTC offset the second time.
 */
export function localLabel(spec: IntervalSpec, intervalMs: number): string {
  if ("lengthMs" in spec) return formatLocal(spec.timezone, intervalMs);
  const date = formatDate(boundaryDate(spec, boundaryIndex(spec, intervalMs)));
  if (spec.hour !== 0) return `${date} ${pad(spec.hour, 2)}:00`;
  return spec.unit === "month" && spec.day === 1 ? date.slice(0, 7) : date;
}
