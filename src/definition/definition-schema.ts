import { z } from "zod";

/** Postgres cuts longer names off. */
const maxIdentifierBytes = 63;
const maxSqlBytes = 64 * 1024;
/** `"schema"."table"` with every character a doubled quote. */
const maxTableBytes = 4 * maxIdentifierBytes + 5;

/** Half of a surrogate pair, which JSON's and YAML's escapes can write (`\ud800`) and no database can keep. */
const halfCharacter = /\p{Surrogate}/u;

function text(maxBytes: number, expected = "text") {
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

const identifier = text(maxIdentifierBytes, "the name of a column");

const source = z.strictObject({
  type: z.literal("postgres"),
  connection: z.string({
    error: "a reference: default, env:NAME or file:PATH",
  }),
  table: text(maxTableBytes).nullish(),
  query: text(maxSqlBytes).nullish(),
  timestamp_column: identifier,
  timestamp_timezone: text(100).nullish(),
  columns: z
    .array(identifier, { error: "a list of column names" })
    .min(1, { error: "at least one column; leave it out for all of them" })
    .nullish(),
  where: text(maxSqlBytes).nullish(),
});

/** A file's size as whole megabytes, of 1,000,000 bytes: from 1 to 1 TB. */
const maxFileSizeMb = z
  .int({ error: "a whole number from 1 to 1000000" })
  .min(1, { error: "a whole number from 1 to 1000000" })
  .max(1_000_000, { error: "a whole number from 1 to 1000000" })
  .nullish();

/** No window is wider. */
const maxConcurrentRuns = z
  .int({ error: "a whole number from 1 to 500" })
  .min(1, { error: "a whole number from 1 to 500" })
  .max(500, { error: "a whole number from 1 to 500" })
  .nullish();

const files = z.strictObject({
  type: z.literal("files"),
  path: z.string({ error: "the path of a folder below the files root" }),
  key: z.string({ error: "a template for the names of the files" }),
  max_file_size_mb: maxFileSizeMb,
  max_concurrent_runs: maxConcurrentRuns,
});

const reference = z.string({ error: "a reference: env:NAME or file:PATH" });

const s3 = z.strictObject({
  type: z.literal("s3"),
  bucket: z.string({ error: "the name of a bucket" }),
  prefix: z
    .string({ error: "the beginning of all keys, without slashes around it" })
    .nullish(),
  region: z.string({ error: "a region such as eu-central-1" }).nullish(),
  endpoint: z.string({ error: "the URL of a server" }).nullish(),
  path_style: z.boolean({ error: "true or false" }).nullish(),
  sse: z.enum(["AES256", "aws:kms", "aws:kms:dsse"]).nullish(),
  access_key_id: reference.nullish(),
  secret_access_key: reference.nullish(),
  key: z.string({ error: "a template for the names of the objects" }),
  max_file_size_mb: maxFileSizeMb,
  max_concurrent_runs: maxConcurrentRuns,
});

const postgres = z.strictObject({
  type: z.literal("postgres"),
  connection: z.string({
    error: "a reference: default, env:NAME or file:PATH",
  }),
  table: text(maxTableBytes, "the name of a table with its schema"),
  create: z.boolean({ error: "true or false" }).nullish(),
  max_concurrent_runs: maxConcurrentRuns,
});

const compression = z.enum(["gzip", "zstd", "brotli", "none"]).nullish();
/** What each codec takes is in compression-levels.ts. */
const level = z.int({ error: "a whole number" }).nullish();

const jsonl = z.strictObject({
  type: z.literal("jsonl"),
  compression,
  level,
  numbers: z.enum(["digits", "strings"]).nullish(),
});

const csv = z.strictObject({
  type: z.literal("csv"),
  compression,
  level,
  header: z.boolean({ error: "true or false" }).nullish(),
  // The server's own conditions for COPY … (FORMAT csv, NULL …).
  null_text: z
    .string({ error: "text in quotes" })
    .regex(/^[^",\r\n\0\p{Surrogate}]{0,100}$/u, {
      error:
        "at most 100 whole characters without quotes, commas, line breaks or zero bytes",
    })
    .nullish(),
});

const parquet = z.strictObject({
  type: z.literal("parquet"),
  compression: z.enum(["zstd", "snappy", "gzip", "none"]).nullish(),
  level,
});

/** Mappings that come in more than one type. */
const typed = {
  source: [source],
  destination: [files, s3, postgres],
  format: [jsonl, csv, parquet],
} as const;

/**
 * The shape of a definition file: the keys there are and the kind of value of each. An error's message is what was
 * expected. What the values must mean is in definition-rules.ts. Null is the same as absent where a key may be absent.
 */
export const definitionSchema = z.strictObject({
  name: z.string({ error: "text (a number in quotes)" }),
  team: z
    .int({ error: "a whole number" })
    .min(0, { error: "a whole number from 0 to 2147483647" })
    .max(2_147_483_647, { error: "a whole number from 0 to 2147483647" }),
  interval: z.string({ error: "text such as day or every 15 minutes" }),
  timezone: z.string({ error: "the name of an IANA time zone" }).nullish(),
  offset: z.string({ error: "text such as 5h or mon 02:00" }).nullish(),
  source: z.discriminatedUnion("type", typed.source),
  destination: z.discriminatedUnion("type", typed.destination),
  format: z.discriminatedUnion("type", typed.format).nullish(),
});

export type DefinitionDocument = z.infer<typeof definitionSchema>;

/** The types that a mapping of the definition may be of, by its path; none where it has no `type`. */
export function knownTypes(path: string): readonly string[] {
  return shapesAt(path).map(({ type }) => type.value);
}

/** The keys that a mapping of the definition may have, in the file's order, by the path of that mapping and by its `type`. */
export function knownKeys(path: string, type: unknown): readonly string[] {
  if (path === "") return Object.keys(definitionSchema.shape);
  const shapes = shapesAt(path);
  const shape = shapes.find((one) => one.type.value === type) ?? shapes[0];
  return Object.keys(shape ?? {});
}

function shapesAt(path: string) {
  const schemas = Object.hasOwn(typed, path)
    ? typed[path as keyof typeof typed]
    : [];
  return schemas.map(({ shape }) => shape);
}
