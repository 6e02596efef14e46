import { z } from "zod";
import { families, keysAt } from "./families.js";
import type { KindSchema } from "./kind.js";

const mapping = { error: "a mapping" };

/**
 * The shape of a definition file: the keys there are, the kind of value of each, and the defaults of its kinds. An error's
 * message is what was expected. What the values must mean is in definition-rules.ts and in each kind. Null is the same as
 * absent where a key may be absent.
 */
export const definitionSchema = z.strictObject(
  {
    name: z.string({ error: "text (a number in quotes)" }),
    team: z
      .int({ error: "a whole number" })
      .min(0, { error: "a whole number from 0 to 2147483647" })
      .max(2_147_483_647, { error: "a whole number from 0 to 2147483647" }),
    interval: z.string({ error: "text such as day or every 15 minutes" }),
    timezone: z.string({ error: "the name of an IANA time zone" }).nullish(),
    offset: z.string({ error: "text such as 5h or mon 02:00" }).nullish(),
    source: oneOf(Object.values(families.source).map(({ schema }) => schema)),
    destination: oneOf(
      Object.values(families.destination).map(({ schema }) => schema),
    ),
    format: oneOf(
      Object.values(families.format).map(({ schema }) => schema),
    ).nullish(),
  },
  mapping,
);

export type DefinitionDocument = z.output<typeof definitionSchema>;

/** The keys that a mapping of the definition may have, in the file's order, by the path of that mapping and by its `type`. */
export function knownKeys(path: string, type: unknown): readonly string[] {
  return path === "" ? Object.keys(definitionSchema.shape) : keysAt(path, type);
}

/** A mapping of any of the types. */
function oneOf<Schema extends KindSchema>([
  first,
  ...others
]: readonly Schema[]) {
  if (first === undefined) throw new TypeError("Expected a kind; got none.");
  return z.discriminatedUnion("type", [first, ...others], mapping);
}
