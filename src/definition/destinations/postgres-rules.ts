import { parseTableName, type TableName } from "../../domain/table-name.js";
import type { DefinitionProblem } from "../definition-problem.js";
import { asMapping, type LooseMapping } from "../loose-mapping.js";
import { shownValue } from "../secret-like.js";

/** What a `postgres` destination must mean, beyond its connection. Looks only at values of the right kind. */
export function postgresDestinationProblems(
  destination: LooseMapping,
  definition: LooseMapping,
): readonly DefinitionProblem[] {
  const source = asMapping(definition["source"]);
  return [
    ...tableProblems(destination["table"]),
    ...sameTableProblems(destination, source),
    ...columnProblems(source),
    ...formatProblems(definition["format"]),
  ];
}

/** Refill's own, and the server's. */
const reservedSchema = /^(refill|refill_export|information_schema|pg_.*)$/;

function tableProblems(table: unknown): readonly DefinitionProblem[] {
  if (typeof table !== "string") return [];
  const path = "destination.table";
  const name = parseTableName(table);
  if (name === null) {
    const message = `expected a table with its schema, written as SQL would: public.flights, or public."My table"; got ${shownValue(table)}`;
    return [{ path, message }];
  }
  if (!reservedSchema.test(name.schema)) return [];
  const message = `expected a schema that is neither Refill's nor the server's own; got ${name.schema}`;
  return [{ path, message }];
}

/** Under another name for the same database it is found out when a run begins. */
function sameTableProblems(
  destination: LooseMapping,
  source: LooseMapping,
): readonly DefinitionProblem[] {
  const from = nameOf(source["table"]);
  const to = nameOf(destination["table"]);
  const isSame =
    from !== null &&
    from.schema === to?.schema &&
    from.name === to.name &&
    source["connection"] === destination["connection"];
  const message =
    "expected another table than the source's; this would be an export into itself";
  return isSame ? [{ path: "destination.table", message }] : [];
}

function nameOf(table: unknown): TableName | null {
  return typeof table === "string" ? parseTableName(table) : null;
}

/** Without it there is no telling which rows a run has to replace. */
function columnProblems(source: LooseMapping): readonly DefinitionProblem[] {
  const { columns, timestamp } = {
    columns: source["columns"],
    timestamp: source["timestamp_column"],
  };
  if (!Array.isArray(columns) || typeof timestamp !== "string") return [];
  if ([timestamp, timestamp.toLowerCase()].some((one) => columns.includes(one)))
    return [];
  const message = `expected the timestamp column among them, which tells the table's rows of an interval; ${shownValue(timestamp)} is missing`;
  return [{ path: "source.columns", message }];
}

function formatProblems(format: unknown): readonly DefinitionProblem[] {
  if (format === undefined || format === null) return [];
  const message =
    "expected no format with a postgres destination, which keeps rows; remove it";
  return [{ path: "format", message }];
}
