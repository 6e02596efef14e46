import pg from "pg";

/** An identifier in double quotes. */
export function quoteIdentifier(name: string): string {
  return pg.escapeIdentifier(name);
}

/** A string constant. */
export function quoteLiteral(text: string): string {
  return pg.escapeLiteral(text);
}

/** An instant as Postgres reads it, to the millisecond: years before 1 are written with BC. */
export function timestampText(ms: number): string {
  const instant = new Date(ms);
  const year = instant.getUTCFullYear();
  const rest = instant.toISOString().slice(-20, -1).replace("T", " ");
  return year > 0
    ? `${String(year).padStart(4, "0")}${rest}+00`
    : `${String(1 - year).padStart(4, "0")}${rest}+00 BC`;
}

/** An instant as a constant of type timestamptz. */
export function timestampLiteral(ms: number): string {
  return `timestamptz '${timestampText(ms)}'`;
}
