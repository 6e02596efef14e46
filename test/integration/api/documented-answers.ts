import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { z } from "zod";

type Schema = z.core.JSONSchema.JSONSchema;

interface Answer {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface Operation {
  readonly responses: Readonly<Record<string, Answer>>;
}

const { paths, components } = JSON.parse(
  readFileSync(join(__dirname, "../../../docs/openapi.json"), "utf8"),
) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

/** Makes sure that an answer in JSON is what the document says of it: every required property, and none that it doesn't know. */
export function expectDocumented(
  { method, url }: { readonly method: string; readonly url: string },
  { status, text }: { readonly status: number; readonly text: string },
): void {
  const schema = schemaOf(method, url, status);
  if (schema === null) return;
  const { error } = validatorOf(schema).safeParse(JSON.parse(text));
  expect([method, url, status, error]).toEqual([
    method,
    url,
    status,
    undefined,
  ]);
}

/** Null for what is no JSON, and for routes that the document leaves out. */
function schemaOf(method: string, url: string, status: number): Schema | null {
  const [path = ""] = url.split("?");
  const [, operations] =
    Object.entries(paths)
      .filter(([pattern]) => matches(pattern, path))
      // `plan/` is no backfill's id.
      .sort(([one], [other]) => namesIn(one) - namesIn(other))[0] ?? [];
  const answer = operations?.[method.toLowerCase()]?.responses[status];
  const { "application/json": ok, "application/problem+json": problem } =
    answer?.content ?? {};
  return (ok ?? problem)?.schema ?? null;
}

function matches(pattern: string, path: string): boolean {
  return new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, "[^/]+")}/?$`).test(
    path,
  );
}

function namesIn(pattern: string): number {
  return pattern.split("{").length;
}

const validators = new Map<Schema, z.ZodType>();

function validatorOf(schema: Schema): z.ZodType {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const made = z.fromJSONSchema(
    closed({ ...schema, $defs: components.schemas }) as Schema,
  );
  validators.set(schema, made);
  return made;
}

/** With the document's components as definitions, and every object closed to what it does not name. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value === "string") {
    return value.replace("#/components/schemas/", "#/$defs/");
  }
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [
    name,
    closed(member),
  ]);
  const own = Object.fromEntries(members) as Record<string, unknown>;
  const hasNames = typeof own["properties"] === "object" && "type" in own;
  return hasNames ? { ...own, additionalProperties: false } : own;
}
