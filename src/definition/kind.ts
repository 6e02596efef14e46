import type { z } from "zod";
import type { DefinitionProblem } from "./definition-problem.js";
import type { LooseMapping } from "./loose-mapping.js";

/** The keys of a mapping, or those and a default that follows from several of them. */
export type KindSchema = z.ZodObject | z.ZodPipe<z.ZodObject>;

/**
 * What every type of source, destination and format says about itself, once. Code that opens one is not here: only workers
 * may have it, and it stands in a second record in `transfer`.
 */
export interface Kind<Schema extends KindSchema> {
  /** The keys in the order of a file, the kind of value of each, and the defaults. An error's message is what was expected. */
  readonly schema: Schema;
  /** Keys that hold SQL or a URL: a secret looks different in them than in a name. */
  readonly texts?: Readonly<Record<string, "sql" | "url">>;
  /** What to say of a choice that only this type has where another type was given it, by key and choice. */
  readonly ownChoices?: Readonly<
    Record<string, Readonly<Record<string, string>>>
  >;
  /** What is wrong with the values. It looks only at values of the right kind: the schema reports the others. */
  problems(
    mapping: LooseMapping,
    definition: LooseMapping,
  ): readonly DefinitionProblem[];
}

/** A definition's mapping with the defaults filled in. */
export type DefinitionOf<K extends { readonly schema: KindSchema }> = Readonly<
  z.output<K["schema"]>
>;

/** The keys that a mapping of this kind may have, in the order of a file. */
export function keysOf({ schema }: { readonly schema: KindSchema }) {
  return Object.keys("in" in schema ? schema.in.shape : schema.shape);
}
