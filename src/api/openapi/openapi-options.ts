import type { SwaggerOptions } from "@fastify/swagger";
import type { FastifySchema } from "fastify";
import { programVersion } from "../../config/version.js";
import type { ApiScope } from "../../store/access/api-key-rows.js";
import { problemAnswers } from "./problem-answers.js";

/** How the OpenAPI document is made of the routes. */
export function openapiOptions(): SwaggerOptions {
  return {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Refill",
        description: "Backfills of batch exports.",
        version: programVersion(),
      },
      components: {
        securitySchemes: { key: { type: "http", scheme: "bearer" } },
      },
      security: [{ key: [] }],
    },
    transform: ({ schema, url, route }) => ({
      url,
      schema: completed(schema, route.config?.scope),
    }),
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) =>
        typeof json["$id"] === "string"
          ? json["$id"]
          : `schema-${String(index)}`,
    },
  };
}

/** With what a route doesn't say itself: the scope that a key needs, and what becomes of a body that can't be read. */
function completed(
  schema: FastifySchema,
  scope: ApiScope | undefined,
): FastifySchema {
  const response = schema.response as Readonly<Record<string, unknown>>;
  return {
    ...schema,
    ...(scope === undefined ? {} : { security: [{ key: [scope] }] }),
    ...(schema.body === undefined
      ? {}
      : { response: { ...problemAnswers(413, 415), ...response } }),
  };
}
