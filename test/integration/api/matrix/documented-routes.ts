import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A route as the OpenAPI document has it. */
export interface DocumentedRoute {
  readonly operationId: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** `/api/projects/{team}/batch_exports/{export}/` */
  readonly path: string;
  /** What a key needs. */
  readonly scope: string;
  /** The names in its path. */
  readonly params: readonly string[];
  readonly takesBody: boolean;
  readonly takesQuery: boolean;
  readonly statuses: readonly number[];
}

interface Operation {
  readonly operationId: string;
  readonly security: readonly { readonly key: readonly string[] }[];
  readonly parameters?: readonly { readonly in: string }[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, unknown>>;
}

/** The document that is checked in; openapi.test.ts holds it to what is served. */
const { paths } = JSON.parse(
  readFileSync(join(__dirname, "../../../../docs/openapi.json"), "utf8"),
) as { paths: Record<string, Record<string, Operation>> };

/** All routes of the API. */
export const documentedRoutes: readonly DocumentedRoute[] = Object.entries(
  paths,
).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) =>
    routeOf(path, method, operation),
  ),
);

function routeOf(
  path: string,
  method: string,
  operation: Operation,
): DocumentedRoute {
  return {
    operationId: operation.operationId,
    method: method.toUpperCase() as DocumentedRoute["method"],
    path,
    scope: operation.security[0]?.key[0] ?? "",
    params: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ""),
    takesBody: operation.requestBody !== undefined,
    takesQuery:
      operation.parameters?.some((one) => one.in === "query") === true,
    statuses: Object.keys(operation.responses).map(Number),
  };
}
