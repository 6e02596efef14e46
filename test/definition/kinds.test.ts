import { describe, expect, test } from "@jest/globals";
import {
  destinationKinds,
  destinationSecretReferences,
  type DestinationType,
  outputOf,
} from "../../src/definition/destinations/destination-kinds.js";
import { canCollide } from "../../src/definition/destinations/output-conflict.js";
import { keysAt, kindOf } from "../../src/definition/families.js";
import {
  type FormatType,
  suffixOf,
} from "../../src/definition/formats/format-kinds.js";
import { validateDefinition } from "../../src/definition/read-definition.js";
import {
  sourceSecretReferences,
  type SourceType,
} from "../../src/definition/sources/source-kinds.js";
import { flights, problemsOf } from "./flights.js";

/** A mapping of each type, with every key that it has. A new type needs one here. */
const full = {
  source: {
    postgres: { ...flights.source, query: null, timestamp_timezone: "UTC" },
  } satisfies Record<SourceType, object>,
  destination: {
    files: { ...flights.destination, max_file_size_mb: 64 },
    s3: {
      type: "s3",
      bucket: "exports",
      prefix: "a/b",
      region: "eu-central-1",
      endpoint: "http://127.0.0.1:9000",
      path_style: false,
      sse: "AES256",
      access_key_id: "env:REFILL_SECRET_ID",
      secret_access_key: "file:s3/key",
      key: "{data_interval_start}",
      max_file_size_mb: 64,
    },
    postgres: {
      type: "postgres",
      connection: "env:REFILL_SECRET_WAREHOUSE",
      table: "public.flights",
      create: true,
    },
  } satisfies Record<DestinationType, object>,
  format: {
    jsonl: { type: "jsonl", compression: "gzip", level: 9, numbers: "strings" },
    csv: {
      type: "csv",
      compression: "zstd",
      level: 3,
      header: false,
      null_text: "-",
    },
    parquet: { type: "parquet", compression: "gzip", level: 9 },
  } satisfies Record<FormatType, object>,
};

type Family = keyof typeof full;

/** A definition with this mapping, and without a format where it keeps rows. */
function definitionWith(family: Family, mapping: object) {
  const { format, ...rest } = flights;
  const isTable = family === "destination" && !("key" in mapping);
  return { ...rest, ...(isTable ? {} : { format }), [family]: mapping };
}

/** Keys that a mapping of the type can't do without: by its schema, and of `table` and `query` the first. */
function requiredKeys(family: Family, type: string): readonly unknown[] {
  const parsed = kindOf(family, type)?.schema.safeParse({ type });
  const missing = parsed?.error?.issues.map(({ path }) => path[0]) ?? [];
  return family === "source"
    ? ["type", "table", ...missing]
    : ["type", ...missing];
}

const kinds = (Object.keys(full) as Family[]).flatMap((family) =>
  Object.entries<object>(full[family]).map(
    ([type, mapping]) => [family, type, mapping] as const,
  ),
);

describe.each(kinds)("%s of type %s", (family, type, mapping) => {
  test("is named in its schema as in the record", () => {
    const definition = validateDefinition(definitionWith(family, mapping));
    expect(definition[family]).toMatchObject({ type });
  });

  test("keeps what it is given, in the order of its keys", () => {
    const definition = validateDefinition(definitionWith(family, mapping));
    expect(definition[family]).toEqual(mapping);
    const known = keysAt(family, type);
    // The only key that is left out where it has no value.
    expect(Object.keys(definition[family] ?? {})).toEqual(
      known.filter((key) => key !== "max_concurrent_runs"),
    );
  });

  test("takes null for absent, and is stored with every default", () => {
    const required = requiredKeys(family, type);
    const optional = Object.keys(mapping).filter(
      (key) => !required.includes(key),
    );
    const nulls = Object.fromEntries(optional.map((key) => [key, null]));
    const given = Object.entries(mapping).filter(
      ([key]) => !optional.includes(key),
    );
    const absent = validateDefinition(
      definitionWith(family, Object.fromEntries(given)),
    );
    const asNull = validateDefinition(
      definitionWith(family, { ...mapping, ...nulls }),
    );
    expect(JSON.stringify(asNull)).toBe(JSON.stringify(absent));
    expect(Object.keys(absent[family] ?? {}).sort()).toEqual(
      Object.keys(mapping).sort(),
    );
  });
});

test.each(Object.entries(full.destination))(
  "a destination of type %s names every reference that it holds, and none else",
  (_type, mapping) => {
    const { destination } = validateDefinition(
      definitionWith("destination", mapping),
    );
    expect(destinationSecretReferences(destination)).toEqual(
      referencesIn(mapping),
    );
  },
);

test.each(Object.entries(full.source))(
  "a source of type %s names every reference that it holds, and none else",
  (_type, mapping) => {
    const { source } = validateDefinition(definitionWith("source", mapping));
    expect(sourceSecretReferences(source)).toEqual(referencesIn(mapping));
  },
);

function referencesIn(mapping: object): readonly unknown[] {
  return Object.values(mapping).filter((value) =>
    /^(env|file):/.test(String(value)),
  );
}

describe.each(Object.entries(full.destination))(
  "a destination of type %s",
  (type, mapping) => {
    const definition = validateDefinition(
      definitionWith("destination", mapping),
    );
    const output = outputOf(definition.destination);

    test("can't be shared by two exports that write the same there", () => {
      const other = { ...definition, name: "trains" };
      expect(canCollide(definition, { ...definition })).toBe(true);
      expect(canCollide(definition, other)).toBe(
        output.keeps === "rows" || !output.key.includes("{name}"),
      );
    });

    test("is no other type's", () => {
      const others = Object.keys(destinationKinds)
        .filter((one): one is DestinationType => one !== type)
        .map((one) =>
          validateDefinition(
            definitionWith("destination", full.destination[one]),
          ),
        );
      for (const other of others) {
        expect(canCollide(definition, other)).toBe(false);
      }
      const id = output.keeps === "rows" ? output.tableId : output.store;
      expect(id.split(":")[0]).toBe(type);
    });
  },
);

test.each(
  Object.entries(full.destination).filter(([, mapping]) => "key" in mapping),
)(
  "a destination of type %s refuses a key that doesn't tell intervals apart",
  (_type, mapping) => {
    const shared = { ...mapping, key: "{name}" };
    const problems = problemsOf(definitionWith("destination", shared));
    expect(problems.map(({ path }) => path)).toEqual(["destination.key"]);
  },
);

test.each(Object.entries(full.format))(
  "a format of type %s has a suffix that begins with its own",
  (type, mapping) => {
    const { format } = validateDefinition(definitionWith("format", mapping));
    expect(suffixOf(format)).toMatch(new RegExp(`^\\.${type}(\\.\\w+)?$`));
  },
);
