import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyTypeProvider,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { z } from "zod";
import type { Published } from "../../contract/objects/published.js";
import type { ApiScope } from "../../store/access/api-key-rows.js";
import { type JsonSchema, jsonSchemaOf } from "./json-schema.js";
import { problemAnswers } from "./problem-answers.js";

declare const described: unique symbol;

/** A JSON Schema of which the compiler knows what it describes. */
type SchemaOf<Value> = JsonSchema & { readonly [described]?: Value };

/** Gives a handler the types of its route's schemas: of what it is asked, and of what it answers. */
export interface SchemaTypes extends FastifyTypeProvider {
  readonly validator: Described<this["schema"]>;
  readonly serializer: Described<this["schema"]>;
}

/** Where routes are added whose options `operation` makes. */
export type Routes = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  SchemaTypes
>;

type Described<Schema> = Schema extends SchemaOf<infer Value> ? Value : unknown;

type ByStatus = Readonly<Record<number, z.ZodType>>;

type Answered<Answers extends ByStatus> = {
  readonly [Status in keyof Answers]: SchemaOf<
    Published<Answers[Status] & z.ZodType>
  >;
};

/** What a route says of itself. */
interface OperationParts<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Headers extends z.ZodType,
  Body extends z.ZodType,
  Answers extends ByStatus,
> {
  /** `operationId` of the OpenAPI document. */
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  /** What a key needs. */
  readonly scope: ApiScope;
  readonly params: Params;
  readonly query?: Query;
  readonly headers?: Headers;
  readonly body?: Body;
  /** By status. */
  readonly answers: Answers;
  /** Statuses of problems beside those that every route may answer. */
  readonly problems?: readonly number[];
}

/** The options of a route, from the schemas of the contract. */
export function operation<
  Params extends z.ZodType,
  Answers extends ByStatus,
  Query extends z.ZodType = z.ZodUnknown,
  Headers extends z.ZodType = z.ZodUnknown,
  Body extends z.ZodType = z.ZodUnknown,
>(parts: OperationParts<Params, Query, Headers, Body, Answers>) {
  const { tag, id: operationId, summary, scope } = parts;
  const answers = Object.entries<z.ZodType>(parts.answers).map(
    ([status, answer]) => [status, jsonSchemaOf(answer)] as const,
  );
  const response = {
    ...Object.fromEntries(answers),
    ...problemAnswers(...(parts.problems ?? [])),
  };
  const schemas = {
    params: schemaOf(parts.params),
    querystring: schemaOf(parts.query),
    headers: schemaOf(parts.headers),
    body: schemaOf(parts.body),
    response: response as Answered<Answers>,
  };
  const schema = { tags: [tag], operationId, summary, ...schemas };
  return { config: { scope }, schema: withoutUndefined(schema) };
}

/** A route without this schema has none: what its handler gets there is unknown. */
function schemaOf<Schema extends z.ZodType>(
  schema: Schema | undefined,
): SchemaOf<Published<Schema>> {
  return (schema && jsonSchemaOf(schema)) as SchemaOf<Published<Schema>>;
}

function withoutUndefined<Parts extends object>(parts: Parts): Parts {
  return Object.fromEntries(
    Object.entries(parts).filter(([, value]) => value !== undefined),
  ) as Parts;
}
