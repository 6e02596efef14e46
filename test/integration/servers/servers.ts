import { randomBytes } from "node:crypto";
import { chmod, copyFile, link, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { cacheDirFrom } from "../../../src/config/cache-dir.js";
import { readDevFile } from "../../../src/embedded/dev-file.js";
import {
  removeServersData,
  type Servers,
  startServers,
  type StartServersOptions,
} from "../../../src/embedded/servers.js";
import { cachedBinaryPath } from "../../../src/embedded/temporal/temporal-binary.js";
import { migrate } from "../../../src/store/database/migrate.js";
import { templateName } from "./template-database.mjs";

export interface TestServers {
  /** The superuser's connection to the database `refill`: for making other databases. Tests keep their data elsewhere. */
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  /** The data dir whose dev.json names these servers, for commands that look there. */
  readonly dataDir: string;
}

/** The servers that global-setup.mjs started for all integration tests. */
export async function testServers(): Promise<TestServers> {
  const dataDir = process.env["REFILL_TEST_DATA_DIR"] ?? "";
  const dev = await readDevFile(dataDir);
  if (dev === null) {
    throw new Error(
      "Expected the servers of the integration tests, found none: run jest with --selectProjects integration.",
    );
  }
  return {
    databaseUrl: dev.database_url,
    temporalAddress: dev.temporal_address,
    dataDir,
  };
}

/** The shared Postgres with the Temporal that suggests to continue as new after 40 events, not after 4,096. */
export async function earlyServers(): Promise<TestServers> {
  const temporalAddress = process.env["REFILL_TEST_EARLY_TEMPORAL"] ?? "";
  return { ...(await testServers()), temporalAddress };
}

/** The file with the workflows' code that global-setup.mjs made of the sources, for workers in this process. */
export function sharedWorkflowBundle(): string {
  return process.env["REFILL_TEST_WORKFLOW_BUNDLE"] ?? "";
}

export interface TestDatabase {
  readonly databaseUrl: string;
  /** Removes the database; connections that are still open are cut. */
  drop(): Promise<void>;
}

/** A fresh, empty database: one for each test file, on the shared server or on another one. */
export async function createDatabase(): Promise<TestDatabase> {
  return makeDatabase((await testServers()).databaseUrl);
}

/** A fresh database with the ledger's schema: on the shared server a copy of its template, on another one migrated. */
export async function createLedgerDatabase(
  adminUrl?: string,
): Promise<TestDatabase> {
  const { databaseUrl: shared } = await testServers();
  if (adminUrl === undefined || adminUrl === shared) {
    return makeDatabase(shared, templateName);
  }
  const database = await makeDatabase(adminUrl);
  await migrate({ connectionString: database.databaseUrl });
  return database;
}

async function makeDatabase(
  admin: string,
  template = "template1",
): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  await runStatement(admin, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return {
    databaseUrl: url.href,
    drop: () =>
      runStatement(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

export interface OwnServers extends Servers {
  readonly dataDir: string;
  /** Stops the servers and removes all they kept. */
  remove(): Promise<void>;
}

/** Servers for one test alone, for tests that kill or reconfigure them. They take about 3 s to start. */
export async function startOwnServers({
  dynamicConfig = {},
  dataDir,
  say = () => undefined,
  ...others
}: {
  readonly dynamicConfig?: Readonly<Record<string, string>>;
  readonly dataDir?: string;
  readonly say?: (line: string) => void;
} & Pick<
  StartServersOptions,
  "temporalWatch" | "temporalCommand"
> = {}): Promise<OwnServers> {
  const folder = dataDir ?? (await makeTestDataDir());
  const servers = await startServers({
    dataDir: folder,
    cacheDir: testCacheDir(),
    say,
    dynamicConfig,
    ...others,
  });
  return Object.assign(servers, {
    dataDir: folder,
    remove: async () => {
      await servers.stop();
      await removeServersData(folder);
    },
  });
}

/** The cache that holds Temporal's binary: the user's own, so that tests never build one. */
export function testCacheDir(): string {
  return cacheDirFrom(process.env);
}

/** Root's cache is closed to others: makes one for another user, with the same Temporal binary under another name. */
export async function shareTemporal(cacheDir: string): Promise<void> {
  const source = cachedBinaryPath(testCacheDir());
  const target = cachedBinaryPath(cacheDir);
  await link(source, target).catch(() => copyFile(source, target));
}

/** An empty folder that every OS user can enter, as an ordinary checkout can be. */
export async function makeTestDataDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "refill-test-"));
  await chmod(folder, 0o755);
  return folder;
}

async function runStatement(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
