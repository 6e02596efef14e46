import { describe, expect, test } from "@jest/globals";
import { knownTypes } from "../../src/definition/families.js";
import { validateDefinition } from "../../src/definition/read-definition.js";
import { flightsWith, problemsOf, refusal } from "./flights.js";

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
       "name: expected text (a number in quotes); it is missing",
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
      "unknown key for files, only s3 has it; known are type, path, key",
    ],
    [
      { format: { type: "jsonl", header: true } },
      "format.header",
      "unknown key for jsonl, only csv has it; known are type, compression, level, numbers",
    ],
    [
      { format: { type: "parquet", numbers: "digits" } },
      "format.numbers",
      "unknown key for parquet, only jsonl has it; known are type, compression, level",
    ],
    [
      { destination: { sse: "AES256" } },
      "destination.sse",
      "unknown key for files, only s3 has it; known are type, path, key",
    ],
  ])("with an unknown key is refused: %j", (change, path, message) => {
    const problems = problemsOf(flightsWith(change));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.path).toBe(path);
    expect(problems[0]?.message).toContain(message);
  });

  test.each([
    [
      { destination: { type: "gcs" } },
      "destination.type",
      `expected ${knownTypes("destination").join(" or ")}; got "gcs"`,
    ],
    [
      { format: { type: "parquet", compression: "brotli" } },
      "format.compression",
      'expected zstd or snappy or gzip or none; got "brotli". Brotli is for JSONL and CSV',
    ],
    [
      { format: { type: "parquet", compression: "gzip", level: 10 } },
      "format.level",
      "expected a whole number from 1 to 9 for gzip; got the number 10",
    ],
    [
      { format: { type: "parquet", compression: "snappy", level: 1 } },
      "format.level",
      "expected no level where compression is snappy; remove it",
    ],
    [
      { format: { type: "jsonl", compression: "snappy" } },
      "format.compression",
      'expected gzip or zstd or brotli or none; got "snappy". Snappy is for pages of Parquet',
    ],
    [
      { format: { type: "csv", compression: "snappy" } },
      "format.compression",
      'expected gzip or zstd or brotli or none; got "snappy". Snappy is for pages of Parquet',
    ],
    [
      { format: { type: "jsonl", numbers: "floats" } },
      "format.numbers",
      'expected digits or strings; got "floats"',
    ],
    [
      { format: { type: "xml" } },
      "format.type",
      `expected ${knownTypes("format").join(" or ")}; got "xml"`,
    ],
    [
      { format: {} },
      "format.type",
      `expected ${knownTypes("format").join(" or ")}; it is missing`,
    ],
    [{ format: "csv" }, "format", 'expected a mapping; got "csv"'],
    [
      { source: { type: "mysql" } },
      "source.type",
      `expected ${knownTypes("source").join(" or ")}; got "mysql"`,
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
    ["source.timestamp_column", { timestamp_column: "\ud800" }],
    ["source.columns.0", { columns: ["a\udc00b"] }],
    ["source.where", { where: "a = '\ud83d'" }],
    ["source.table", { table: "\udfff" }],
  ])("has its problem at %s for %j", (path, source) => {
    expect(problemsOf(flightsWith({ source })).map((p) => p.path)).toEqual([
      path,
    ]);
  });

  test.each([
    { type: "csv", null_text: 'a"b' },
    { type: "csv", null_text: "," },
    { type: "csv", null_text: "a\nb" },
    { type: "csv", null_text: "\ud800" },
  ])("can't write NULL in a way that CSV can't read: %j", (format) => {
    expect(problemsOf(flightsWith({ format }))[0]?.path).toBe(
      "format.null_text",
    );
  });

  test("may have characters of two surrogates", () => {
    const format = { type: "csv", null_text: "😀" };
    const source = { where: "a = '😀'" };
    const definition = validateDefinition(flightsWith({ format, source }));
    expect(definition).toMatchObject({ format, source });
  });

  test("can't give a level to no compression", () => {
    const format = { type: "jsonl", compression: "none", level: 6 };
    expect(problemsOf(flightsWith({ format }))[0]?.path).toBe("format.level");
  });

  test.each([
    [undefined, 0, "1 to 9 for gzip"],
    [undefined, 10, "1 to 9 for gzip"],
    ["gzip", 0, "1 to 9 for gzip"],
    ["zstd", 0, "1 to 22 for zstd"],
    ["zstd", 23, "1 to 22 for zstd"],
    ["brotli", -1, "0 to 11 for brotli"],
    ["brotli", 12, "0 to 11 for brotli"],
    ["zstd", 1.5, "a whole number"],
  ])("can't compress with %s at level %d", (compression, level, expected) => {
    for (const type of ["jsonl", "csv"]) {
      const format = { type, compression, level };
      const [problem] = problemsOf(flightsWith({ format }));
      expect(problem?.path).toBe("format.level");
      expect(problem?.message).toContain(expected);
    }
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
