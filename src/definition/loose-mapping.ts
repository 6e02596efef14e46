/** A part of a definition whose shape is not known to be right: any key may be absent or something else. */
export type LooseMapping = Readonly<Record<string, unknown>>;

/** The value itself where it is a mapping, else an empty one. */
export function asMapping(value: unknown): LooseMapping {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as LooseMapping)
    : {};
}
