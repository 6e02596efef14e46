import { z } from "zod";

/** What a schema describes, as code sees it: nobody changes a published object. */
export type Published<Schema extends z.ZodType> = DeepReadonly<
  z.output<Schema>
>;

/** An id. */
export const uuid = z.guid();

/** An instant: RFC 3339 in UTC. */
export const instant = z.iso.datetime();

/** A 64-bit count: a JSON integer on the wire, a bigint in code, so that no digit is lost. */
export const int64 = z.bigint();

type DeepReadonly<Value> = Value extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
    : Value;
