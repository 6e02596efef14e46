/** Types that hold every value of another, and read its text without losing or shifting anything. */
const wider: Readonly<Record<string, readonly string[]>> = {
  smallint: ["integer", "bigint", "numeric", "real", "double precision"],
  integer: ["bigint", "numeric", "double precision"],
  bigint: ["numeric"],
  real: ["double precision"],
  "character varying": ["text"],
  character: ["text", "character varying"],
  text: ["character varying"], // what is too long is refused, not cut
  json: ["text"], // jsonb drops spaces, the order of keys and those that come twice
  jsonb: ["json", "text"],
  cidr: ["inet"],
  uuid: ["text"],
};

/**
 * Whether a column of one type can take every value of another without rounding, padding or reading it as something
 * else. Types as `format_type` writes them: `numeric(10,2)`, `timestamp(3) with time zone`, `integer[]`.
 */
export function canTake(targetType: string, sourceType: string): boolean {
  if (targetType === sourceType) return true;
  const target = parse(targetType);
  const source = parse(sourceType);
  const known = target.name === source.name || isWider(target.name, source);
  return known && holdsAll(target, source);
}

interface ParsedType {
  /** Without what stands in parentheses. */
  readonly name: string;
  readonly modifiers: readonly number[] | null;
}

function parse(type: string): ParsedType {
  const match = /^([^(]*)\(([-\d,]+)\)(.*)$/.exec(type);
  if (match === null) return { name: type, modifiers: null };
  const [, before = "", inside = "", after = ""] = match;
  return { name: before + after, modifiers: inside.split(",").map(Number) };
}

function isWider(targetName: string, source: ParsedType): boolean {
  return wider[source.name]?.includes(targetName) === true;
}

function holdsAll(target: ParsedType, source: ParsedType): boolean {
  if (target.modifiers === null) return true;
  if (target.name === "character varying") return true;
  if (source.modifiers === null || target.name !== source.name) return false;
  if (target.name.startsWith("numeric")) return holdsDigits(target, source);
  const [most = 0] = target.modifiers;
  const [needed = 0] = source.modifiers;
  return isPrecision.test(target.name) ? most >= needed : most === needed;
}

/** Their number is that of digits after the seconds: more of them lose nothing. */
const isPrecision = /^(time|timestamp|interval)/;

function holdsDigits(target: ParsedType, source: ParsedType): boolean {
  const [precision = 0, scale = 0] = target.modifiers ?? [];
  const [neededPrecision = 0, neededScale = 0] = source.modifiers ?? [];
  return (
    scale >= neededScale && precision - scale >= neededPrecision - neededScale
  );
}
