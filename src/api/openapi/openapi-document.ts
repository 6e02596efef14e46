import type { FastifyInstance } from "fastify";

const int64 = {
  maximum: 9223372036854775807n,
  minimum: -9223372036854775808n,
} as const;

/**
 * The OpenAPI document of all routes. Write it with `toJson`: the bounds of int64 are bigint, because as numbers they
 * would lose their last digits.
 */
export function openapiDocument(app: FastifyInstance): object {
  return withBounds(app.swagger()) as object;
}

function withBounds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBounds);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [
    name,
    withBounds(member),
  ]);
  const object = Object.fromEntries(members) as Record<string, unknown>;
  return object["format"] === "int64" ? { ...object, ...int64 } : object;
}
