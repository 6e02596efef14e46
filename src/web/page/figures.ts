const counts = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en", {
  notation: "compact",
  maximumFractionDigits: 1,
});

const rates = new Intl.NumberFormat("en", {
  notation: "compact",
  maximumSignificantDigits: 3,
});

/** Something that JSON has as a number and the types as bigint. */
export type Count = number | bigint;

/** `1,234`; a dash where nothing is known. */
export function countText(count: Count | null): string {
  return count === null ? "–" : counts.format(count);
}

/** `1 record`, `1,234 records`. */
export function countedText(count: Count, noun: string): string {
  return `${countText(count)} ${noun}${Number(count) === 1 ? "" : "s"}`;
}

/** `1.2M`; a dash where nothing is known. */
export function shortText(count: Count | null): string {
  return count === null ? "–" : short.format(count);
}

/** `1.23M`, `0.25`: three digits, wherever the point is. */
export function rateText(perSecond: number): string {
  return rates.format(perSecond);
}

/** `12.3 MB`, in powers of 1,000. */
export function bytesText(count: Count | null): string {
  if (count === null) return "–";
  let rest = Number(count);
  for (const unit of ["B", "kB", "MB", "GB", "TB"]) {
    if (rest < 1_000 || unit === "TB") {
      return `${rest.toFixed(unit === "B" ? 0 : 1)} ${unit}`;
    }
    rest /= 1_000;
  }
  return "";
}

/** `42 s`, `3 min 5 s`, `2 h 4 min`, `3 d 2 h`; a dash where nothing is known. */
export function durationText(seconds: number | null): string {
  if (seconds === null) return "–";
  const whole = Math.max(0, Math.ceil(seconds));
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(whole / 86_400), "d"],
    [Math.floor(whole / 3_600) % 24, "h"],
    [Math.floor(whole / 60) % 60, "min"],
    [whole % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return "0 s";
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${String(count)} ${unit}`)
    .join(" ");
}

/** `99.9%`, rounded down, so that 100% means all. */
export function percentText(share: number | null): string {
  if (share === null) return "–";
  return `${(Math.floor(share * 1_000) / 10).toFixed(share === 1 ? 0 : 1)}%`;
}

/** `2024-03-01 05:00` of an RFC 3339 time, in UTC; seconds only where there are any. */
export function utcText(time: string): string {
  const iso = new Date(time).toISOString();
  return iso.slice(0, iso.slice(17, 19) === "00" ? 16 : 19).replace("T", " ");
}

/** The same time where a zone's clocks show it, with the zone. */
export function zoneText(time: string, zone: string): string {
  const text = new Intl.DateTimeFormat("sv-SE", {
    dateStyle: "short",
    timeStyle: "medium",
    timeZone: zone,
  }).format(new Date(time));
  return `${text} ${zone}`;
}
