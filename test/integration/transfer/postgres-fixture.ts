import { afterAll, afterEach, beforeAll } from "@jest/globals";
import { Client } from "pg";
import type { PostgresSourceDefinition } from "../../../src/definition/sources/postgres.js";
import type { Format } from "../../../src/transfer/format.js";
import { createFormat } from "../../../src/transfer/formats/format-registry.js";
import type {
  Interval,
  RowEncoding,
  Source,
} from "../../../src/transfer/source.js";
import {
  openPostgresSource,
  type PostgresSourceOptions,
} from "../../../src/transfer/sources/postgres/postgres-source.js";
import { anyFacts } from "../../transfer/any-facts.js";
import { createDatabase, type TestDatabase } from "../servers/servers.js";

/** For tests that only read rows. */
export const copyText: RowEncoding = { kind: "copy-text" };
/** JSON lines, not compressed. */
const jsonl = createFormat({
  type: "jsonl",
  compression: "none",
  level: null,
  numbers: "digits",
});
export const never = new AbortController().signal;

/** A database of the test file's own, and sources on it that are closed after each test. */
export function postgresFixture() {
  const opened: Source[] = [];
  let database: TestDatabase;
  let client: Client;
  beforeAll(async () => {
    database = await createDatabase();
    client = new Client({ connectionString: database.databaseUrl });
    await client.connect();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((source) => source.close()));
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });
  return {
    url: () => database.databaseUrl,
    run: async (sql: string): Promise<Record<string, unknown>[]> => {
      const { rows } = await client.query<Record<string, unknown>>(sql);
      return rows;
    },
    open: (
      definition: Partial<PostgresSourceDefinition>,
      options: Partial<PostgresSourceOptions> = {},
    ): Source => {
      const source = openPostgresSource({
        connectionString: database.databaseUrl,
        definition: { ...plainDefinition, ...definition },
        exportTimeZone: "UTC",
        isDefaultConnection: false,
        slots: null,
        planned: null,
        maxStreams: 1,
        ...options,
      });
      opened.push(source);
      return source;
    },
  };
}

export type PostgresFixture = ReturnType<typeof postgresFixture>;

const plainDefinition: PostgresSourceDefinition = {
  type: "postgres",
  connection: "env:REFILL_SECRET_URL",
  table: null,
  query: null,
  timestamp_column: "at",
  timestamp_timezone: null,
  columns: null,
  where: null,
};

/** `[start, end)` of two RFC 3339 instants. */
export function interval(start: string, end: string): Interval {
  return { startMs: Date.parse(start), endMs: Date.parse(end) };
}

export const all2001 = interval("2001-01-01T00:00:00Z", "2002-01-01T00:00:00Z");

/** The text that a format makes of a source's rows of an interval. */
export async function readText(
  source: Source,
  {
    of = all2001,
    format = jsonl,
    signal = never,
  }: {
    readonly of?: Interval;
    readonly format?: Format;
    readonly signal?: AbortSignal;
  } = {},
): Promise<string> {
  const parts: Uint8Array[] = [];
  const encoding = format.rowEncoding;
  const rows = source.rows({ interval: of, encoding, label: "test" }, signal);
  const file = format.encode({
    columns: await rows.columns(),
    chunks: rows,
    facts: anyFacts,
  });
  for await (const part of file) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString();
}

/** The objects of a source's JSON lines: every line must parse by itself. */
export async function readObjects(
  source: Source,
  of: Interval = all2001,
): Promise<Record<string, unknown>[]> {
  const lines = (await readText(source, { of })).split("\n");
  if (lines.pop() !== "") throw new Error("Expected a line feed at the end.");
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
