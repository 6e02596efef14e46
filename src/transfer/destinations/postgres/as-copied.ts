import { quoteIdentifier } from "../../sources/postgres/quote.js";

/** Types whose text is another one in a wider type: `1.50` becomes `1.500`, and an inet leaves `/32` out. */
const shownOtherwise = /^(numeric|cidr)\b/;

/**
 * A column of the table as it was copied, in SQL. Where its type is wider than the source's, a value is written in the
 * source's type if that says the same: one that was changed since stays as it is.
 */
export function asCopied(column: {
  readonly name: string;
  readonly copiedAs: string;
  readonly keptAs: string;
}): string {
  const { copiedAs, keptAs } = column;
  const name = quoteIdentifier(column.name);
  if (keptAs === "money") return `${name}::numeric`;
  if (keptAs === "money[]") return `${name}::numeric[]`;
  if (copiedAs === keptAs || !shownOtherwise.test(copiedAs)) return name;
  const narrow = narrowSql(name, copiedAs);
  return `case when ${narrow}::${keptAs} = ${name} then ${narrow}::text else ${name}::text end`;
}

/** Rounded, not cast: a cast of what has more digits than the type is an error. */
function narrowSql(name: string, type: string): string {
  const scale = /^numeric\(\d+,(-?\d+)\)$/.exec(type)?.[1];
  return scale === undefined ? `${name}::${type}` : `round(${name}, ${scale})`;
}
