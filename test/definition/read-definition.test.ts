import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { definitionToDocument } from "../../src/definition/definition-document.js";
import type { DefinitionProblem } from "../../src/definition/definition-problem.js";
import {
  parseDefinition,
  readDefinitionFile,
  validateDefinition,
} from "../../src/definition/read-definition.js";
import { isRefillError, type RefillError } from "../../src/domain/errors.js";

const flights = {
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

const flightsYaml = `
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

function refusal(read: () => unknown): RefillError {
  try {
    read();
  } catch (error) {
    if (isRefillError(error)) return error;
    throw error;
  }
  throw new Error("Expected a refusal; it was accepted.");
}

function problemsOf(value: unknown): readonly DefinitionProblem[] {
  const error = refusal(() => validateDefinition(value));
  expect(error.code).toBe("DEFINITION_INVALID");
  return error.details["problems"] as readonly DefinitionProblem[];
}

/** The contract's example with some keys replaced; undefined removes one. */
function flightsWith(changes: {
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

describe("a valid definition", () => {
  const expected = {
    ...flights,
    source: { ...flights.source, query: null, timestamp_timezone: null },
    format: { ...flights.format, level: null, header: true },
  };

  test("reads alike from YAML, from JSON and as a value", () => {
    expect(parseDefinition(flightsYaml, "yaml")).toEqual(expected);
    expect(parseDefinition(JSON.stringify(flights), "json")).toEqual(expected);
    expect(validateDefinition(flights)).toEqual(expected);
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
      destination: { type: "files", path: "x", key: "{data_interval_start}" },
      format: { type: "jsonl", compression: "gzip", level: null },
    });
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

describe("a wrong definition", () => {
  test("gets all problems at once, each with its place", () => {
    const problems = problemsOf({
      nam: "flights",
      name: "a/b",
      team: "one",
      interval: "every 7 minutes",
      timezone: "Mars/Olympus",
      source: {
        type: "postgres",
        connection: "flights",
        table: "a",
        query: "select",
        colums: ["a"],
        columns: ["a", "a"],
        timestamp_timezone: "EDT4",
      },
      destination: { type: "files", path: "../etc", key: "{yaer}" },
      format: { type: "csv", header: "no", level: 12 },
    });
    expect(problems.map((problem) => problem.path).sort()).toEqual(
      [
        "name",
        "nam",
        "team",
        "interval",
        "timezone",
        "source",
        "source.connection",
        "source.colums",
        "source.columns.1",
        "source.timestamp_column",
        "source.timestamp_timezone",
        "destination.path",
        "destination.key",
        "format.header",
        "format.level",
      ].sort(),
    );
  });

  test("lists them in one line of the message", () => {
    const error = refusal(() =>
      validateDefinition(flightsWith({ team: null, interval: "fortnight" })),
    );
    expect(error.exitCode).toBe(2);
    expect(error.message).toBe(
      'The batch export definition is not valid: team: expected a whole number; got nothing; interval: expected hour, day, week, month, every N minutes or every N hours; got "fortnight".',
    );
  });

  test.each([
    ["nothing", null],
    ["a list", []],
    ["text", "flights"],
    ["a number", 7],
  ])("that is %s instead of a mapping is refused", (_, value) => {
    expect(problemsOf(value)[0]?.path).toBe("");
    expect(problemsOf(value)[0]?.message).toMatch(/^expected a mapping; got /);
  });

  test("names what is missing", () => {
    expect(problemsOf({}).map(({ path, message }) => `${path}: ${message}`))
      .toMatchInlineSnapshot(`
     [
       "name: expected text; put a number in quotes; it is missing",
       "team: expected a whole number; it is missing",
       "interval: expected text such as day or every 15 minutes; it is missing",
       "source: expected a mapping; it is missing",
       "destination: expected a mapping; it is missing",
     ]
    `);
  });

  test.each([
    [{ intervall: "day" }, "intervall", "unknown key; did you mean interval?"],
    [
      { source: { timestampcolumn: "a" } },
      "source.timestampcolumn",
      "unknown key; did you mean timestamp_column?",
    ],
    [
      { destination: { bucket: "b" } },
      "destination.bucket",
      "unknown key; known are type, path, key",
    ],
    [
      { format: { type: "jsonl", header: true } },
      "format.header",
      "unknown key",
    ],
    [
      { destination: { max_file_size_mb: 256 } },
      "destination.max_file_size_mb",
      "not supported by this version; remove it",
    ],
    [
      { format: { type: "jsonl", numbers: "digits" } },
      "format.numbers",
      "not supported by this version; remove it",
    ],
  ])("with an unknown key is refused: %j", (change, path, message) => {
    const problems = problemsOf(flightsWith(change));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.path).toBe(path);
    expect(problems[0]?.message).toContain(message);
  });

  test.each([
    [
      { destination: { type: "s3", bucket: "b" } },
      "destination.type",
      "expected files; got s3 (not supported by this version)",
    ],
    [
      { destination: { type: "postgres" } },
      "destination.type",
      "expected files; got postgres (not supported by this version)",
    ],
    [
      { format: { type: "parquet", compression: "zstd" } },
      "format.type",
      "expected jsonl or csv; got parquet (not supported by this version)",
    ],
    [
      { format: { type: "jsonl", compression: "zstd" } },
      "format.compression",
      "expected gzip or none; got zstd (not supported by this version)",
    ],
    [
      { format: { type: "csv", compression: "brotli" } },
      "format.compression",
      "expected gzip or none; got brotli (not supported by this version)",
    ],
    [
      { format: { type: "xml" } },
      "format.type",
      'expected jsonl or csv; got "xml"',
    ],
    [{ format: {} }, "format.type", "expected jsonl or csv; it is missing"],
    [{ format: "csv" }, "format", 'expected a mapping; got "csv"'],
    [
      { source: { type: "mysql" } },
      "source.type",
      'expected postgres; got "mysql"',
    ],
  ])(
    "hears what this version supports: %j",
    (change: Record<string, unknown>, path, message) => {
      expect(problemsOf(flightsWith(change))).toEqual([{ path, message }]);
    },
  );

  test.each([
    "",
    ".",
    "..",
    "a/b",
    "é",
    "a".repeat(101),
    "0190f1a2-0000-7000-8000-000000000000",
    "0190F1A2-0000-7000-8000-000000000000",
  ])("can't be called %j", (name) => {
    expect(problemsOf(flightsWith({ name }))[0]?.path).toBe("name");
  });

  test.each([
    ["source", { table: undefined }],
    ["source", { query: "select 1" }],
    ["source.table", { table: "" }],
    ["source.table", { table: "a\0b" }],
    ["source.columns", { columns: [] }],
    ["source.columns", { columns: "a" }],
    ["source.columns.0", { columns: [1] }],
    ["source.columns.0", { columns: ["c".repeat(64)] }],
    ["source.where", { where: true }],
    ["source.timestamp_column", { timestamp_column: " " }],
  ])("has its problem at %s for %j", (path, source) => {
    expect(problemsOf(flightsWith({ source })).map((p) => p.path)).toEqual([
      path,
    ]);
  });

  test.each([
    { type: "csv", null_text: 'a"b' },
    { type: "csv", null_text: "," },
    { type: "csv", null_text: "a\nb" },
  ])("can't write NULL in a way that CSV can't read: %j", (format) => {
    expect(problemsOf(flightsWith({ format }))[0]?.path).toBe(
      "format.null_text",
    );
  });

  test("can't give a level to no compression", () => {
    const format = { type: "jsonl", compression: "none", level: 6 };
    expect(problemsOf(flightsWith({ format }))[0]?.path).toBe("format.level");
  });

  test.each([
    "",
    "/flights",
    "a/../b",
    "..",
    ".",
    "a//b",
    "a/",
    "a\\b",
    "a\0b",
    "a\nb",
    "x".repeat(201),
  ])("can't write to the folder %j", (path) => {
    const problems = problemsOf(flightsWith({ destination: { path } }));
    expect(new Set(problems.map((problem) => problem.path))).toEqual(
      new Set(["destination.path"]),
    );
  });

  test.each([
    "",
    "/{data_interval_start}",
    "../{data_interval_start}",
    "a/../{data_interval_start}",
    "a//{data_interval_start}",
    "{data_interval_start}/",
    "a\\{data_interval_start}",
    "a\u0007{data_interval_start}",
    "{data_interval_start",
    "data_interval_start}",
    "{{data_interval_start}}",
    "{Data_interval_start}",
    "{}",
    "flights",
    `${"n".repeat(190)}{data_interval_start}`,
    `${"folder/".repeat(160)}{data_interval_start}`,
  ])("can't write files called %j", (key) => {
    const problems = problemsOf(flightsWith({ destination: { key } }));
    expect(new Set(problems.map((problem) => problem.path))).toEqual(
      new Set(["destination.key"]),
    );
  });

  test("can't leave the root by its name", () => {
    const value = flightsWith({
      name: ".",
      destination: { key: "a/.{name}/{data_interval_start}" },
    });
    expect(problemsOf(value).map((problem) => problem.path)).toContain("name");
    const dotted = flightsWith({
      name: "..a",
      destination: { key: "{name}/{data_interval_start}" },
    });
    expect(validateDefinition(dotted).name).toBe("..a");
  });

  test("can't put two intervals into one file", () => {
    const value = flightsWith({
      interval: "hour",
      offset: undefined,
      destination: { key: "{year}/{month}/{day}/{hour}" },
    });
    expect(problemsOf(value)).toEqual([
      {
        path: "destination.key",
        message:
          "two intervals could share a file: the clock of America/New_York was changed in its history, and a clock that is set back shows an hour twice; add {data_interval_start}",
      },
    ]);
  });
});

describe("a secret in clear text", () => {
  const secret = "hunter2";
  const url = `postgres://refill:${secret}@db.example.com/flights`;

  test.each([
    ["as the connection", flightsWith({ source: { connection: url } })],
    [
      "as a libpq string",
      flightsWith({
        source: { connection: `host=db user=u password=${secret}` },
      }),
    ],
    ["as a bare word", flightsWith({ source: { connection: secret } })],
    ["behind a prefix", flightsWith({ source: { connection: `env:${url}` } })],
    ["as a file", flightsWith({ source: { connection: `file:${url}` } })],
    ["as the source", { ...flights, source: url }],
    ["as the table", flightsWith({ source: { table: url } })],
    ["as a column", flightsWith({ source: { columns: [url] } })],
    [
      "as the column of time",
      flightsWith({ source: { timestamp_column: url } }),
    ],
    ["as a zone", flightsWith({ timezone: url })],
    ["as another zone", flightsWith({ source: { timestamp_timezone: url } })],
    ["as the offset", flightsWith({ offset: url })],
    ["as the interval", flightsWith({ interval: `${secret}!` })],
    ["as the name", flightsWith({ name: url })],
    ["as the team", flightsWith({ team: url })],
    ["as a type", flightsWith({ source: { type: url } })],
    ["as a folder", flightsWith({ destination: { path: url } })],
    ["as a key", flightsWith({ destination: { key: url } })],
    ["as a variable", flightsWith({ destination: { key: `{${secret}!}` } })],
    ["as a format", flightsWith({ format: url })],
    ["under an unknown key", flightsWith({ password: secret })],
    ["as an unknown key", { ...flights, [url]: 1 }],
    ["as the whole document", url],
    [
      "in a literal of the query",
      flightsWith({
        source: {
          table: undefined,
          query: `select * from dblink('host=db password=${secret}', 'x') as t(a int)`,
        },
      }),
    ],
    ["in the condition", flightsWith({ source: { where: `a = '${url}'` } })],
  ])("%s is refused and not repeated", (_, value) => {
    const error = refusal(() => validateDefinition(value));
    const everything = `${error.message} ${String(error.stack)} ${JSON.stringify(error.details)}`;
    expect(error.code).toBe("DEFINITION_INVALID");
    expect(everything).not.toContain(secret);
  });

  test.each([
    ["YAML", "yaml", `name: x\nsource: [${url}\n`],
    ["YAML", "yaml", `name: x\n  source: ${url}: ${secret}\n`],
    ["YAML", "yaml", `? [${url}]\n: 1`],
    ["YAML", "yaml", `a: *${secret}`],
    ["YAML", "yaml", `a: !${secret} 1`],
    ["YAML", "yaml", `a: "\\${secret}"`],
    ["JSON", "json", `{"source": ${url}}`],
    ["JSON", "json", secret],
  ] as const)("in broken %s is not repeated: %#", (_, format, text) => {
    const error = refusal(() => parseDefinition(text, format));
    expect(error.code).toBe("DEFINITION_INVALID");
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(secret);
    expect(error.cause).toBeUndefined();
  });

  test("is not suspected in ordinary SQL", () => {
    const where = `url like 'https://example.com/%' and password = 'x' and kind = 'y'`;
    const definition = validateDefinition(flightsWith({ source: { where } }));
    expect(definition.source.where).toBe(where);
  });
});

describe("the text of a definition", () => {
  test("with a key that occurs twice is refused, naming the line", () => {
    const yaml = refusal(() =>
      parseDefinition(`${flightsYaml}team: 2`, "yaml"),
    );
    expect(yaml.message).toContain(
      "line 19, column 1: the same key occurs twice",
    );
    const json = refusal(() =>
      parseDefinition('{\n\t"team": 1,\n\t"team": 2\n}', "json"),
    );
    expect(json.message).toContain(
      "line 3, column 2: the same key occurs twice",
    );
  });

  test.each([
    ["another version of YAML", `%YAML 1.1\n---\n${flightsYaml}`],
    ["two documents", `${flightsYaml}\n---\n${flightsYaml}`],
    ["a tag of its own", flightsYaml.replace("name: ", "name: !secret ")],
    ["a tag of YAML 1.1", flightsYaml.replace("name: ", "name: !!binary ")],
    ["a number as a key", `${flightsYaml}\n1: 2`],
    ["a tab as indentation", flightsYaml.replace("  type", "\ttype")],
    ["nothing", ""],
    ["nothing but a comment", "# flights"],
    ["depth", "[".repeat(100_000)],
    ["flow", "{a: ".repeat(50_000)],
    ["length", `${flightsYaml}# ${"x".repeat(300_000)}`],
  ])("with %s is refused", (_, text) => {
    const error = refusal(() => parseDefinition(text, "yaml"));
    expect(error.code).toBe("DEFINITION_INVALID");
  });

  test("can't grow by its anchors", () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level < 9; level += 1) {
      const alias = `*a${level - 1}`;
      lines.push(
        `a${level}: &a${level} [${Array<string>(10).fill(alias).join(", ")}]`,
      );
    }
    const error = refusal(() => parseDefinition(lines.join("\n"), "yaml"));
    expect(error.message).toContain("anchors");
    const loop = refusal(() => parseDefinition("a: &a [*a]", "yaml"));
    expect(loop.code).toBe("DEFINITION_INVALID");
  });

  test("may repeat a few values by anchors", () => {
    const text = flightsYaml
      .replace("name: flights", "name: &n flights")
      .replace("path: flights", "path: *n");
    expect(parseDefinition(text, "yaml").destination.path).toBe("flights");
  });

  test("knows only true, false, null and numbers by themselves, as YAML 1.2 does", () => {
    const norway = flightsYaml.replace("name: flights", "name: no");
    expect(parseDefinition(norway, "yaml").name).toBe("no");
    const date = flightsYaml.replace("name: flights", "name: 2001-03-01");
    expect(parseDefinition(date, "yaml").name).toBe("2001-03-01");
    const number = flightsYaml.replace("name: flights", "name: 2001");
    expect(refusal(() => parseDefinition(number, "yaml")).message).toContain(
      "name: expected text; put a number in quotes; got the number 2001",
    );
    const hour = flightsYaml.replace("offset: 5h", "offset: 5");
    expect(refusal(() => parseDefinition(hour, "yaml")).message).toContain(
      "offset: expected text such as 5h or mon 02:00; got the number 5",
    );
  });

  test("treats a key without a value as absent where it may be absent", () => {
    const text = flightsYaml.replace(
      'where: "cancelled is not true"',
      "where:",
    );
    expect(parseDefinition(text, "yaml").source.where).toBeNull();
  });

  test("can't smuggle in a prototype", () => {
    const json = JSON.stringify(flights).replace(
      '"team":1',
      '"__proto__":{"team":1}',
    );
    const error = refusal(() => parseDefinition(json, "json"));
    expect(error.message).toContain(
      "team: expected a whole number; it is missing",
    );
    const yaml = flightsYaml.replace("team: 1", "__proto__: {team: 1}");
    expect(refusal(() => parseDefinition(yaml, "yaml")).message).toContain(
      "team: expected a whole number; it is missing",
    );
  });

  test("names the place of a mistake in JSON where it is known", () => {
    const error = refusal(() => parseDefinition('{\n "name": "x",\n}', "json"));
    expect(error.message).toContain("at line 3, column 1");
  });
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

  test("that is a folder is refused", async () => {
    await expect(readDefinitionFile(folder)).rejects.toMatchObject({
      code: "DEFINITION_INVALID",
      message: expect.stringContaining("EISDIR") as string,
    });
  });
});
