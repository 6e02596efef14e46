import { z } from "zod";

/** Postgres cuts longer names off. */
const maxIdentifierBytes = 63;
const maxSqlBytes = 64 * 1024;
/** `"schema"."table"` with every character a doubled quote. */
const maxTableBytes = 4 * maxIdentifierBytes + 5;

/** Half of a surrogate pair, which JSON's and YAML's escapes can write (`\ud800`) and no database can keep. */
const halfCharacter = /\p{Surrogate}/u;

/** Text that a database can keep. `expected` begins what is said of anything else. */
export function text(maxBytes: number, expected = "text") {
  return z
    .string({ error: expected })
    .refine((value) => value.trim() !== "", { error: `${expected}, not empty` })
    .refine((value) => !value.includes("\0"), {
      error: `${expected} without a zero byte`,
    })
    .refine((value) => !halfCharacter.test(value), {
      error: `${expected} of whole characters`,
    })
    .refine((value) => Buffer.byteLength(value) <= maxBytes, {
      error: `${expected} of at most ${maxBytes} bytes`,
    });
}

/** A key that may be left out: absent and null are the same, and mean the default. */
export function orElse<Schema extends z.ZodType, const Default>(
  schema: Schema,
  byDefault: Default,
) {
  return schema.nullish().transform((value) => value ?? byDefault);
}

export const columnName = text(maxIdentifierBytes, "the name of a column");

export const sqlText = text(maxSqlBytes);

/** A table, as SQL writes it. */
export function tableName(expected?: string) {
  return text(maxTableBytes, expected);
}

/** Where a connection string is to be found. connectionProblems checks the form. */
export const connectionReference = z.string({
  error: "a reference: default, env:NAME or file:PATH",
});

/** Where a secret is to be found. secretReferenceProblems checks the form. */
export const secretReference = z.string({
  error: "a reference: env:NAME or file:PATH",
});

export const yesOrNo = z.boolean({ error: "true or false" });

/** A file's size as whole megabytes, of 1,000,000 bytes: from 1 to 1 TB. */
export const maxFileSizeMb = z
  .int({ error: "a whole number from 1 to 1000000" })
  .min(1, { error: "a whole number from 1 to 1000000" })
  .max(1_000_000, { error: "a whole number from 1 to 1000000" });

/**
 * Runs at work at a destination at a time, of all backfills and schedules whose definitions name a number; every type of
 * destination has this key. 500, because no window is wider. It has no default: definitions that were stored before there
 * was a cap have no such key, and are the same as those that name none.
 */
export const maxConcurrentRuns = z
  .int({ error: "a whole number from 1 to 500" })
  .min(1, { error: "a whole number from 1 to 500" })
  .max(500, { error: "a whole number from 1 to 500" })
  .nullish();
