import type { Client } from "@temporalio/client";
import { searchAttributes } from "../contract/search-attributes.js";

/** Numbers of `temporal.api.enums.v1.IndexedValueType` (temporalio/api, enums/v1/common.proto). */
const indexedTypes = { KEYWORD: 2, INT: 3 } as const;

/** Whether the namespace knows all of Refill's search attributes. Where that can't be asked, the answer is no. */
export async function knowsSearchAttributes(client: Client): Promise<boolean> {
  try {
    return (await missingAttributes(client)).length === 0;
  } catch {
    return false;
  }
}

/** Registers what is missing; returns a warning for people where that is not allowed, else null. */
export async function registerSearchAttributes(
  client: Client,
): Promise<string | null> {
  try {
    const missing = await missingAttributes(client);
    if (missing.length === 0) return null;
    await client.connection.operatorService.addSearchAttributes({
      namespace: client.options.namespace,
      searchAttributes: Object.fromEntries(
        missing.map(({ name, type }) => [name, indexedTypes[type]]),
      ),
    });
    return null;
  } catch (error) {
    const wanted = Object.values(searchAttributes)
      .map(
        ({ name, type }) => `${name} (${type === "INT" ? "Int" : "Keyword"})`,
      )
      .join(", ");
    return `Search attributes could not be registered, so Temporal's Web UI can't filter by them (${String(error)}). Ask an administrator to add ${wanted}; everything else works without them.`;
  }
}

async function missingAttributes(client: Client) {
  const { customAttributes } =
    await client.connection.operatorService.listSearchAttributes({
      namespace: client.options.namespace,
    });
  return Object.values(searchAttributes).filter(
    ({ name }) => !(name in customAttributes),
  );
}
