/** A count with its thousands set apart: `1,672,345`. Exact for a bigint of any size. */
export function formatCount(count: number | bigint): string {
  const digits = (
    typeof count === "number" ? Math.round(count) : count
  ).toString();
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

const byteUnits = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** A size for people, in powers of 1,000: `12.3 MB`. */
export function formatBytes(sizeBytes: number | bigint): string {
  let size = Number(sizeBytes);
  let unit = 0;
  while (size >= 999.95 && unit < byteUnits.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? size.toString() : size.toFixed(1)} ${byteUnits[unit] ?? ""}`;
}

/** A length of time for people, in its two largest units: `45s`, `4m 10s`, `2h 05m`, `3d 04h`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [days, hours, minutes] = [86_400, 3600, 60].map((unit) =>
    Math.floor(whole / unit),
  ) as [number, number, number];
  if (days > 0) return `${days}d ${padded(hours % 24)}h`;
  if (hours > 0) return `${hours}h ${padded(minutes % 60)}m`;
  if (minutes > 0) return `${minutes}m ${padded(whole % 60)}s`;
  return `${whole}s`;
}

/** A rate a second: `412,345/s`, with one decimal below 10. */
export function formatRate(perSecond: number): string {
  const text = perSecond < 10 ? perSecond.toFixed(1) : formatCount(perSecond);
  return `${text}/s`;
}

/** A share as a percentage with one decimal, rounded down, so that 100.0% means all. */
export function formatShare(share: number): string {
  // Shares come with four decimals; rounding first removes what binary fractions add (0.29 x 1000 = 289.99…).
  const tenths = Math.floor(Math.round(share * 10_000) / 10);
  return `${(tenths / 10).toFixed(1)}%`;
}

function padded(count: number): string {
  return count.toString().padStart(2, "0");
}
