import type { PostgresSourceDefinition } from "../../../definition/sources/postgres.js";
import { isRefillError, RefillError } from "../../../domain/errors.js";
import type { PostgresConnection } from "./postgres-connection.js";
import { type Relation, withoutSemicolon } from "./relation.js";

/**
 * Checks that the definition's query and condition are whole by themselves: text that closes our parenthesis and
 * opens another would read past the interval. @throws RefillError SOURCE_QUERY_INVALID, SOURCE_COLUMN_NOT_FOUND
 */
export async function checkText(
  connection: PostgresConnection,
  definition: PostgresSourceDefinition,
  relation: Relation,
  signal: AbortSignal,
): Promise<void> {
  const check = async (what: string, statement: string) => {
    try {
      await connection.query(
        { text: `explain (costs off) ${statement}` },
        signal,
      );
    } catch (error) {
      throw named(what, error);
    }
  };
  if (definition.query !== null) {
    await check("query", `\n${withoutSemicolon(definition.query)}`);
  }
  if (definition.where !== null) {
    const from = `select 1 from ${relation.fromSql} where`;
    await check("where", `${from} \n${definition.where}`);
    await check("where", `${from} true and (\n${definition.where}\n)`);
  }
}

function named(what: string, error: unknown): unknown {
  if (!isRefillError(error) || error.code !== "SOURCE_QUERY_INVALID") {
    return error;
  }
  return new RefillError(
    error.code,
    `The source's ${what} cannot be used. ${error.message}`,
    { details: error.details },
  );
}
