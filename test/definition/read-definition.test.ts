import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { definitionToDocument } from "../../src/definition/definition-document.js";
import {
  parseDefinition,
  readDefinitionFile,
  validateDefinition,
} from "../../src/definition/read-definition.js";
import { flights, flightsWith, flightsYaml } from "./flights.js";

describe("a valid definition", () => {
  const expected = {
    ...flights,
    source: { ...flights.source, query: null, timestamp_timezone: null },
    destination: { ...flights.destination, max_file_size_mb: null },
    format: { ...flights.format, level: null, header: true },
  };

  test("reads alike from YAML, from JSON and as a value", () => {
    expect(parseDefinition(flightsYaml, "yaml")).toEqual(expected);
    expect(parseDefinition(JSON.stringify(flights), "json")).toEqual(expected);
    expect(validateDefinition(flights)).toEqual(expected);
  });

  test("compresses Parquet with zstd where it names no codec", () => {
    const { format } = validateDefinition(
      flightsWith({ format: { type: "parquet" } }),
    );
    expect(format).toEqual({
      type: "parquet",
      compression: "zstd",
      level: null,
    });
  });

  test("gets the defaults: UTC, no offset, all columns, gzip JSON lines", () => {
    const definition = validateDefinition({
      name: "x",
      team: 0,
      interval: "hour",
      source: {
        type: "postgres",
        connection: "default",
        query: "select 1",
        timestamp_column: "at",
      },
      destination: { type: "files", path: "x", key: "{data_interval_start}" },
    });
    expect(definition).toEqual({
      name: "x",
      team: 0,
      interval: "hour",
      timezone: "UTC",
      offset: null,
      source: {
        type: "postgres",
        connection: "default",
        table: null,
        query: "select 1",
        timestamp_column: "at",
        timestamp_timezone: null,
        columns: null,
        where: null,
      },
      destination: {
        type: "files",
        path: "x",
        key: "{data_interval_start}",
        max_file_size_mb: null,
      },
      format: {
        type: "jsonl",
        compression: "gzip",
        level: null,
        numbers: "digits",
      },
    });
  });

  test("holds a cap of concurrent runs where it names one, and no word of it else", () => {
    const capped = { ...flights.destination, max_concurrent_runs: 500 };
    expect(
      validateDefinition({ ...flights, destination: capped }).destination,
    ).toMatchObject({ max_concurrent_runs: 500 });
    const none = { ...flights.destination, max_concurrent_runs: null };
    expect(validateDefinition({ ...flights, destination: none })).toEqual(
      validateDefinition(flights),
    );
  });

  test.each([0, 501, 1.5, "8"])("has no cap of %j", (cap) => {
    const destination = { ...flights.destination, max_concurrent_runs: cap };
    expect(() => validateDefinition({ ...flights, destination })).toThrow(
      "destination.max_concurrent_runs: expected a whole number from 1 to 500",
    );
  });

  test("is the same again after a round through the file's shape, and through its own", () => {
    const definition = validateDefinition(flights);
    const document = definitionToDocument(definition);
    expect(validateDefinition(document)).toEqual(definition);
    expect(validateDefinition(definition)).toEqual(definition);
    expect(Object.keys(document)).toEqual(Object.keys(flights));
    expect(document["source"]).toEqual(flights.source);
  });

  test("is frozen to the bottom", () => {
    const definition = validateDefinition(flights);
    expect(Object.isFrozen(definition)).toBe(true);
    expect(Object.isFrozen(definition.source)).toBe(true);
    expect(Object.isFrozen(definition.source.columns)).toBe(true);
  });

  test("spells time zones in one way", () => {
    const definition = validateDefinition(
      flightsWith({
        timezone: "america/new_york",
        source: { timestamp_timezone: "utc" },
      }),
    );
    expect(definition.timezone).toBe("America/New_York");
    expect(definition.source.timestamp_timezone).toBe("UTC");
  });

  test.each(["env:A", "env:REFILL_SECRET_X", "file:flights/url", "default"])(
    "may refer to its connection as %s",
    (connection) => {
      const definition = validateDefinition(
        flightsWith({ source: { connection } }),
      );
      expect(definition.source.connection).toBe(connection);
    },
  );
});

describe("a definition file", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "refill-definition-"));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  async function write(name: string, content: string | Uint8Array) {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  }

  test("is read by the end of its name", async () => {
    const yaml = await readDefinitionFile(await write("a.yaml", flightsYaml));
    const json = await readDefinitionFile(
      await write("a.JSON", JSON.stringify(flights, null, "\t")),
    );
    expect(json).toEqual(yaml);
  });

  test("may begin with a byte order mark", async () => {
    const path = await write("bom.json", `\uFEFF${JSON.stringify(flights)}`);
    expect((await readDefinitionFile(path)).name).toBe("flights");
  });

  test.each([
    ["missing.yaml", null],
    ["latin1.yaml", Buffer.from("name: \xe9", "latin1")],
    ["large.yaml", Buffer.alloc(300_000, "#")],
  ])(
    "that can't be read is refused with its name: %s",
    async (name, content) => {
      const path =
        content === null ? join(folder, name) : await write(name, content);
      await expect(readDefinitionFile(path)).rejects.toMatchObject({
        code: "DEFINITION_INVALID",
      });
    },
  );

  test("that is not there is refused in words", async () => {
    const path = join(folder, "missing.yaml");
    await expect(readDefinitionFile(path)).rejects.toMatchObject({
      message: expect.stringContaining(`at ${path}; got no such file.`),
    });
  });

  test("that is a folder is refused", async () => {
    await expect(readDefinitionFile(folder)).rejects.toMatchObject({
      code: "DEFINITION_INVALID",
      message: expect.stringContaining("EISDIR"),
    });
  });
});
