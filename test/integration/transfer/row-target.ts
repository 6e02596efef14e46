import { afterAll, afterEach, beforeAll } from "@jest/globals";
import { Client } from "pg";
import type { Destination } from "../../../src/transfer/destination.js";
import type { ExportedRows } from "../../../src/transfer/destinations/destination-access.js";
import { createDestination } from "../../../src/transfer/destinations/destination-registry.js";
import { rowFormat } from "../../../src/transfer/formats/rows.js";
import type { Interval, Source } from "../../../src/transfer/source.js";
import {
  stageRun,
  type StageRunRequest,
} from "../../../src/transfer/stage-run.js";
import { anyFacts } from "../../transfer/any-facts.js";
import { noAccess } from "../../transfer/no-access.js";
import { createDatabase, type TestDatabase } from "../servers/servers.js";
import { all2001, never } from "./postgres-fixture.js";

export interface TargetOptions {
  readonly table?: string;
  readonly create?: boolean;
  readonly url?: string;
  readonly rows?: Partial<ExportedRows>;
}

/** A database to export to, and destinations in it that are closed after each test. */
export function rowTarget() {
  const opened: Destination[] = [];
  let database: TestDatabase;
  let client: Client;
  beforeAll(async () => {
    database = await createDatabase();
    client = new Client({ connectionString: database.databaseUrl });
    await client.connect();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });
  const run = async (sql: string): Promise<Record<string, unknown>[]> => {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  };
  return {
    url: () => database.databaseUrl,
    run,
    open: (options: TargetOptions = {}): Destination => {
      const { table = "public.copied", create = true } = options;
      const access = noAccess("/unused");
      const destination = createDestination({
        definition: {
          type: "postgres",
          connection: "env:TARGET",
          table,
          create,
        },
        access: {
          ...access,
          connection: () =>
            Promise.resolve(options.url ?? database.databaseUrl),
          rows: { ...access.rows, ...options.rows },
        },
      });
      opened.push(destination);
      return destination;
    },
    /** The tables of Refill's own schema that hold staged rows. */
    staged: async (): Promise<unknown[]> => {
      const rows = await run(
        "select relname as name from pg_class where relname like 'stage\\_%' and relkind = 'r'",
      );
      return rows.map(({ name }) => name);
    },
  };
}

/** Stages the rows of an interval, as a run of an export does. */
export function stageRows(
  source: Source,
  destination: Destination,
  options: { readonly of?: Interval; readonly token?: number } & Pick<
    Partial<StageRunRequest>,
    "signal"
  > = {},
) {
  const { of = all2001, token = 1, signal = never } = options;
  return stageRun({
    source,
    destination,
    token,
    signal,
    interval: of,
    format: rowFormat(),
    key: `${of.startMs}-${of.endMs}`,
    maxFileBytes: null,
    facts: anyFacts,
    label: "backfill/7",
    record: () => Promise.resolve(),
  });
}
