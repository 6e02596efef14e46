/**
 * JSON text of a value, as `JSON.stringify` writes it, but with every bigint as an exact JSON integer.
 * `indent` is the number of spaces a level; 0 writes one line.
 */
export function toJson(value: unknown, indent = 0): string {
  return write(value, { indent, depth: 0 }) ?? "null";
}

interface Position {
  readonly indent: number;
  readonly depth: number;
}

/** Null where JSON has no form for the value (undefined, functions): its property is left out. */
function write(value: unknown, at: Position): string | null {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return scalar(value);
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => write(item, below(at)));
    return bracket("[]", { at, items: items.map((item) => item ?? "null") });
  }
  if ("toJSON" in value && typeof value.toJSON === "function") {
    return write((value as { toJSON: () => unknown }).toJSON(), at);
  }
  return bracket("{}", { at, items: members(value, at) });
}

function scalar(value: unknown): string | null {
  // The declared type of JSON.stringify leaves out that it answers undefined for a value without a JSON form.
  const text = JSON.stringify(value) as string | undefined;
  return text ?? null;
}

function members(value: object, at: Position): readonly string[] {
  const colon = at.indent > 0 ? ": " : ":";
  return Object.entries(value).flatMap(([key, member]) => {
    const text = write(member, below(at));
    return text === null ? [] : [JSON.stringify(key) + colon + text];
  });
}

function bracket(
  pair: "[]" | "{}",
  { at, items }: { readonly at: Position; readonly items: readonly string[] },
): string {
  if (items.length === 0) return pair;
  if (at.indent === 0)
    return `${pair.charAt(0)}${items.join(",")}${pair.charAt(1)}`;
  const outer = "\n" + " ".repeat(at.indent * at.depth);
  const inner = outer + " ".repeat(at.indent);
  return `${pair.charAt(0)}${inner}${items.join("," + inner)}${outer}${pair.charAt(1)}`;
}

function below(at: Position): Position {
  return { indent: at.indent, depth: at.depth + 1 };
}
