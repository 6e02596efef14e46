import { z } from "zod";

/** A JSON Schema, as fastify takes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

type Options = NonNullable<Parameters<typeof z.toJSONSchema>[1]>;

/**
 * A schema of the contract as JSON Schema. A component is a reference to it: `{$ref: "BatchExport#"}`. Integers of 64 bits
 * are marked by their format: openapi-document.ts adds the bounds, which no number of JavaScript holds.
 */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const { $schema, $defs, ...own } = z.toJSONSchema(schema, options);
  return inOurWords(own);
}

/** Every schema that has an id: the components of the OpenAPI document. */
export function componentSchemas(): readonly JsonSchema[] {
  const uri = (id: string) => `${id}#`;
  const { schemas } = z.toJSONSchema(z.globalRegistry, { ...options, uri });
  return Object.entries(schemas).map(([$id, { $schema, ...own }]) => ({
    ...inOurWords(own),
    $id,
  }));
}

const options = {
  // What a client sends: a default may be left out. Answers have no defaults, and may get more properties later.
  io: "input",
  unrepresentable: ({ zodSchema }) =>
    zodSchema._zod.def.type === "bigint"
      ? { type: "integer", format: "int64" }
      : "throw",
  // A copy of a component, with words of its own or without, is written as the contract does it.
  override: ({ zodSchema, jsonSchema }) => {
    const { $ref } = jsonSchema;
    if ($ref === undefined || zodSchema._zod.parent === undefined) return;
    delete jsonSchema.$ref;
    jsonSchema.allOf = [{ $ref }];
  },
} satisfies Options;

/** A schema as zod writes it, without what says nothing to a reader, and with `null` as a type among others. */
function inOurWords(schema: JsonSchema): JsonSchema {
  const members = Object.entries(schema)
    .filter(([keyword, value]) => !saysNothing(keyword, value, schema))
    .map(([keyword, value]) => [keyword, memberInOurWords(keyword, value)]);
  return withNullAsType(Object.fromEntries(members) as JsonSchema);
}

function memberInOurWords(keyword: string, value: unknown): unknown {
  if (keyword === "$ref") {
    return String(value).replace(/^#\/\$defs\/(.*)$/, "$1#");
  }
  if (keyword === "properties") {
    const properties = Object.entries(value as Record<string, JsonSchema>);
    return Object.fromEntries(
      properties.map(([name, property]) => [name, inOurWords(property)]),
    );
  }
  if (Array.isArray(value)) {
    return value.map((item: unknown) =>
      isSchema(item) ? inOurWords(item) : item,
    );
  }
  return isSchema(value) ? inOurWords(value) : value;
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The format says what its pattern does; the bounds of zod's integers are JavaScript's; any name and any value are the rule. */
function saysNothing(
  keyword: string,
  value: unknown,
  { format }: JsonSchema,
): boolean {
  switch (keyword) {
    case "pattern":
      return format !== undefined;
    case "minimum":
      return value === Number.MIN_SAFE_INTEGER;
    case "maximum":
      return value === Number.MAX_SAFE_INTEGER;
    case "additionalProperties":
      return isSchema(value) && Object.keys(value).length === 0;
    case "propertyNames":
      return isSchema(value) && value["enum"] === undefined;
    default:
      return false;
  }
}

/** `anyOf` of a type and null is a list of the two; of alternatives and null, one list of them. */
function withNullAsType(schema: JsonSchema): JsonSchema {
  const { anyOf, ...rest } = schema;
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return schema;
  const [some, nothing] = anyOf as readonly JsonSchema[];
  if (some === undefined || nothing?.["type"] !== "null") return schema;
  if (Array.isArray(some["anyOf"])) {
    return { ...rest, anyOf: some["anyOf"].concat(nothing) };
  }
  const { type, const: only, enum: values, ...others } = some;
  if (typeof type !== "string") return schema;
  const named = only === undefined ? values : [only];
  return {
    type: [type, "null"],
    ...(Array.isArray(named) && { enum: named.concat(null) }),
    ...others,
    ...rest,
  };
}
