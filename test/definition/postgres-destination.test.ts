import { describe, expect, test } from "@jest/globals";
import { definitionToDocument } from "../../src/definition/definition-document.js";
import { validateDefinition } from "../../src/definition/read-definition.js";
import { flights, problemsOf } from "./flights.js";

const table = {
  type: "postgres",
  connection: "env:REFILL_SECRET_WAREHOUSE",
  table: "public.flights",
  create: true,
} as const;

function into(
  changes: Readonly<Record<string, unknown>>,
  others: Readonly<Record<string, unknown>> = {},
): unknown {
  const destination = { ...table, ...changes };
  const { format, ...rest } = flights;
  const definition = { ...rest, destination, ...others };
  return JSON.parse(JSON.stringify(definition));
}

function placesOf(value: unknown): string[] {
  return problemsOf(value).map(({ path }) => path);
}

describe("a definition with a postgres destination", () => {
  test("is the same again after a round through the file's shape, in its order, without a format", () => {
    const definition = validateDefinition(into({}));
    expect(definition).toMatchObject({ destination: table, format: null });
    const document = definitionToDocument(definition);
    expect(validateDefinition(document)).toEqual(definition);
    expect(Object.keys(document["destination"] as object)).toEqual(
      Object.keys(table),
    );
    expect(document).not.toHaveProperty("format");
  });

  test("makes no table unless it is told to", () => {
    const definition = validateDefinition(into({ create: undefined }));
    expect(definition.destination).toMatchObject({ create: false });
  });

  test("gets all problems at once, each with its place", () => {
    const value = into(
      { connection: "nowhere", table: "flights", create: "yes", key: "k" },
      { format: { type: "csv" } },
    );
    expect(placesOf(value).sort()).toEqual([
      "destination.connection",
      "destination.create",
      "destination.key",
      "destination.table",
      "format",
    ]);
  });

  test("refuses a format, because it keeps rows", () => {
    const problems = problemsOf(into({}, { format: flights.format }));
    expect(problems).toEqual([
      {
        path: "format",
        message:
          "expected no format with a postgres destination, which keeps rows; remove it",
      },
    ]);
  });

  test.each(["refill.run", "refill_export.x", "pg_catalog.x", '"pg_toast".x'])(
    "refuses the table %s of Refill or of the server",
    (name) => {
      expect(placesOf(into({ table: name }))).toEqual(["destination.table"]);
    },
  );

  test.each(["public.flights", '"public".FLIGHTS'])(
    "refuses the source's own table as %s",
    (name) => {
      const { connection } = flights.source;
      const [problem, ...others] = problemsOf(
        into({ connection, table: name }),
      );
      expect(others).toEqual([]);
      expect(problem?.path).toBe("destination.table");
      expect(problem?.message).toContain("an export into itself");
    },
  );

  test("refuses columns without the timestamp column", () => {
    const source = { ...flights.source, columns: ["origin", "delay"] };
    expect(placesOf(into({}, { source }))).toEqual(["source.columns"]);
  });
});
