import { isTimeZone } from "../../domain/time/zone.js";
import type { DefinitionProblem } from "../definition-problem.js";
import type { LooseMapping } from "../loose-mapping.js";
import { shownValue } from "../secret-like.js";

/** A source of tables reads one, or a query, and not both. */
export function tableProblems(
  source: LooseMapping,
): readonly DefinitionProblem[] {
  const given = ["table", "query"].filter(
    (key) => (source[key] ?? null) !== null,
  );
  if (given.length === 1 || Object.keys(source).length === 0) return [];
  const got = given.length === 0 ? "neither" : "both";
  return [
    { path: "source", message: `expected one of table and query; got ${got}` },
  ];
}

/** What is wrong with `timestamp_timezone`. */
export function zoneProblems(zone: unknown): readonly DefinitionProblem[] {
  if (typeof zone !== "string" || isTimeZone(zone)) return [];
  const message = `expected an IANA time zone such as America/New_York; got ${shownValue(zone)}`;
  return [{ path: "source.timestamp_timezone", message }];
}

/** What is wrong with the list of columns. */
export function columnProblems(columns: unknown): readonly DefinitionProblem[] {
  if (!Array.isArray(columns)) return [];
  return columns.flatMap((column: unknown, index) =>
    typeof column === "string" && columns.indexOf(column) < index
      ? [
          {
            path: `source.columns.${index}`,
            message: `expected each column once; ${shownValue(column)} occurs twice`,
          },
        ]
      : [],
  );
}
