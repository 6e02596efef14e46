import { z } from "zod";
import {
  columnName,
  connectionReference,
  orElse,
  sqlText,
  tableName,
  text,
} from "../key-schemas.js";
import type { DefinitionOf } from "../kind.js";
import { connectionProblems } from "../reference-rules.js";
import { zoneName } from "../zone-name.js";
import type { SourceKind } from "./source-kind.js";
import { columnProblems, tableProblems, zoneProblems } from "./source-rules.js";

const schema = z.strictObject({
  type: z.literal("postgres"),
  connection: connectionReference,
  /** Exactly one of `table` and `query` is set. */
  table: orElse(tableName(), null),
  query: orElse(sqlText, null),
  timestamp_column: columnName,
  /** Required for a `timestamp` column; for a `date` column the export's time zone where null. */
  timestamp_timezone: text(100)
    .nullish()
    .transform((zone) => (zone == null ? null : zoneName(zone))),
  /** Null: all columns, in the table's order. */
  columns: orElse(
    z
      .array(columnName, { error: "a list of column names" })
      .min(1, { error: "at least one column; leave it out for all of them" })
      .readonly(),
    null,
  ),
  where: orElse(sqlText, null),
});

/** A table or a query of Postgres. */
export const postgresKind: SourceKind<typeof schema> = {
  schema,
  texts: { query: "sql", where: "sql" },
  problems: (source) => [
    ...connectionProblems("source.connection", source["connection"]),
    ...tableProblems(source),
    ...zoneProblems(source["timestamp_timezone"]),
    ...columnProblems(source["columns"]),
  ],
  secretReferences: ({ connection }) => [connection],
};

export type PostgresSourceDefinition = DefinitionOf<typeof postgresKind>;
