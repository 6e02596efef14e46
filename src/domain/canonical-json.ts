import { RefillError } from "./errors.js";

/**
 * JSON that is the same for the same value: no spaces, properties in the order of their names' UTF-16 code units,
 * numbers and text as JSON.stringify writes them (RFC 8785).
 * @throws RefillError INTERNAL for what JSON cannot hold
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map((item: unknown) => canonicalJson(item)).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) {
    return `{${canonicalProperties(value).join(",")}}`;
  }
  if (
    value === null ||
    typeof value === "string" ||
    typeof value === "boolean" ||
    (typeof value === "number" && Number.isFinite(value))
  ) {
    return JSON.stringify(value);
  }
  throw new RefillError(
    "INTERNAL",
    `Expected a value that JSON can hold, got ${typeof value === "number" ? String(value) : typeof value}.`,
  );
}

/** Each property as canonical text, `"name":value`, in order. */
export function canonicalProperties(value: object): readonly string[] {
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, item]) => `${JSON.stringify(name)}:${canonicalJson(item)}`);
}
