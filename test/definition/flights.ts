import { expect } from "@jest/globals";
import type { DefinitionProblem } from "../../src/definition/definition-problem.js";
import { validateDefinition } from "../../src/definition/read-definition.js";
import { isRefillError, type RefillError } from "../../src/domain/errors.js";

/** The example of the contract, as a value and as YAML. */
export const flights = {
  name: "flights",
  team: 1,
  interval: "day",
  timezone: "America/New_York",
  offset: "5h",
  source: {
    type: "postgres",
    connection: "env:REFILL_SECRET_FLIGHTS_URL",
    table: "public.flights",
    timestamp_column: "departed_at",
    columns: ["departed_at", "origin", "delay"],
    where: "cancelled is not true",
  },
  destination: {
    type: "files",
    path: "flights",
    key: "{name}/{year}/{month}/{day}/{data_interval_start}-{data_interval_end}",
  },
  format: { type: "csv", compression: "none", null_text: "\\N" },
} as const;

export const flightsYaml = `
name: flights
team: 1
interval: day                 # hour | day | ...
timezone: America/New_York
offset: 5h
source:
  type: postgres
  connection: env:REFILL_SECRET_FLIGHTS_URL
  table: public.flights
  timestamp_column: departed_at
  columns: [departed_at, origin, delay]
  where: "cancelled is not true"
destination:
  type: files
  path: flights
  key: "{name}/{year}/{month}/{day}/{data_interval_start}-{data_interval_end}"
format: { type: csv, compression: none, null_text: \\N }
`;

export function refusal(read: () => unknown): RefillError {
  try {
    read();
  } catch (error) {
    if (isRefillError(error)) return error;
    throw error;
  }
  throw new Error("Expected a refusal; it was accepted.");
}

export function problemsOf(value: unknown): readonly DefinitionProblem[] {
  const error = refusal(() => validateDefinition(value));
  expect(error.code).toBe("DEFINITION_INVALID");
  return error.details["problems"] as readonly DefinitionProblem[];
}

/** The contract's example with some keys replaced; undefined removes one. */
export function flightsWith(changes: {
  readonly [key: string]: unknown;
  readonly source?: Readonly<Record<string, unknown>>;
  readonly destination?: Readonly<Record<string, unknown>>;
}): unknown {
  const changed = {
    ...flights,
    ...changes,
    source: { ...flights.source, ...changes.source },
    destination: { ...flights.destination, ...changes.destination },
  };
  return JSON.parse(JSON.stringify(changed));
}
