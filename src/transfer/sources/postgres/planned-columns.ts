import { RefillError } from "../../../domain/errors.js";
import type { SourceColumn } from "../../source.js";
import type { Column } from "./columns.js";

/**
 * The columns that a plan found, in its order, as they are now.
 * @throws RefillError SOURCE_COLUMNS_CHANGED naming those that are gone or of another type
 */
export function plannedColumns(
  planned: readonly SourceColumn[],
  now: readonly Column[],
  where: string,
): readonly Column[] {
  const byName = new Map(now.map((column) => [column.name, column]));
  const problems: string[] = [];
  const found = planned.flatMap(({ name, type }) => {
    const column = byName.get(name);
    if (column?.typeName === type) return [column];
    problems.push(
      column === undefined
        ? `${name} (${type}) is gone`
        : `${name} was ${type} and is ${column.typeName}`,
    );
    return [];
  });
  if (problems.length === 0) return found;
  throw new RefillError(
    "SOURCE_COLUMNS_CHANGED",
    `Expected in ${where} the columns that the plan found; got others: ${problems.join("; ")}. ` +
      "Bring them back and retry the backfill, or start another one, which takes the columns as they are.",
    { details: { problems } },
  );
}

/** The names of columns that the plan did not find. */
export function addedColumns(
  planned: readonly SourceColumn[],
  now: readonly Column[],
): readonly string[] {
  const known = new Set(planned.map(({ name }) => name));
  return now.map(({ name }) => name).filter((name) => !known.has(name));
}
