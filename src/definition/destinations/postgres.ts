import { z } from "zod";
import { parseTableName } from "../../domain/table-name.js";
import {
  connectionReference,
  maxConcurrentRuns,
  orElse,
  tableName,
  yesOrNo,
} from "../key-schemas.js";
import type { DefinitionOf } from "../kind.js";
import { connectionProblems } from "../reference-rules.js";
import type { DestinationKind } from "./destination-kind.js";
import { postgresDestinationProblems } from "./postgres-rules.js";

const schema = z.strictObject({
  type: z.literal("postgres"),
  connection: connectionReference,
  /** With its schema, as SQL would write it. */
  table: tableName("the name of a table with its schema"),
  /** Makes the table where it is not there. */
  create: orElse(yesOrNo, false),
  max_concurrent_runs: maxConcurrentRuns,
});

/** A table of rows. Each run replaces the rows of its interval. */
export const postgresKind: DestinationKind<typeof schema> = {
  schema,
  problems: (postgres, definition) => [
    ...connectionProblems("destination.connection", postgres["connection"]),
    ...postgresDestinationProblems(postgres, definition),
  ],
  secretReferences: ({ connection }) => [connection],
  output: ({ connection, table }) => ({
    keeps: "rows",
    table,
    tableId: `postgres:${connection}/${JSON.stringify(parseTableName(table) ?? table)}`,
  }),
};

export type PostgresDestinationDefinition = DefinitionOf<typeof postgresKind>;
