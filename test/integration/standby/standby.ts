import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { postgresBinaries } from "../../../src/embedded/postgres/binaries.js";
import { postgresUser } from "../../../src/embedded/postgres/server-user.js";
import { freePort } from "../../../src/embedded/process/free-ports.js";
import { until } from "../backfill/installation.js";
import { testCacheDir } from "../servers/servers.js";

export interface Standby {
  /** Of the same database as the primary's URL. */
  readonly databaseUrl: string;
  /** Until all that the primary has committed so far is to be seen here. */
  caughtUp(): Promise<void>;
  remove(): Promise<void>;
}

/**
 * A hot standby of a primary, streaming from it: a copy of its folder, made between the start and the stop of a backup.
 * It cancels at once whatever stands in the way of its recovery.
 */
export async function startStandby(primaryUrl: string): Promise<Standby> {
  const primary = new Client({ connectionString: primaryUrl });
  await primary.connect();
  const folder = await copyCluster(primary, primaryUrl);
  const port = await freePort({ preferred: null, taken: [] });
  const url = new URL(primaryUrl);
  url.port = String(port);
  const server = await launch(folder, port);
  await until(() => isAnswering(url.href));
  return {
    databaseUrl: url.href,
    caughtUp: async () => {
      const { rows } = await primary.query<{ lsn: string }>(
        "select pg_current_wal_flush_lsn()::text as lsn",
      );
      const standby = new Client({ connectionString: url.href });
      await standby.connect();
      await until(async () => {
        const { rows: seen } = await standby.query<{ is_there: boolean }>(
          "select pg_last_wal_replay_lsn() >= $1::pg_lsn as is_there",
          [rows[0]?.lsn],
        );
        return seen[0]?.is_there === true ? true : null;
      });
      await standby.end();
    },
    remove: async () => {
      server.kill("SIGINT");
      if (server.exitCode === null) await once(server, "exit");
      await primary.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function copyCluster(
  primary: Client,
  primaryUrl: string,
): Promise<string> {
  const { rows } = await primary.query<{ folder: string }>(
    "select current_setting('data_directory') as folder, pg_backup_start('standby', true)",
  );
  const source = rows[0]?.folder ?? "";
  const folder = `${source}.standby`;
  // Owners and modes as they are; what it lacks for having been copied while it was written to, the primary sends.
  await promisify(execFile)("cp", ["-a", source, folder]);
  const { rows: stopped } = await primary.query<{ labelfile: string }>(
    "select labelfile from pg_backup_stop(false)",
  );
  await rm(join(folder, "postmaster.pid"), { force: true });
  const { uid, gid } = await stat(source);
  const write = async (name: string, text: string) => {
    await writeFile(join(folder, name), text, { mode: 0o600 });
    await promisify(execFile)("chown", [`${uid}:${gid}`, join(folder, name)]);
  };
  await write("backup_label", stopped[0]?.labelfile ?? "");
  await write("standby.signal", "");
  await write("postgresql.auto.conf", `primary_conninfo = '${primaryUrl}'\n`);
  return folder;
}

async function launch(folder: string, port: number): Promise<ChildProcess> {
  const say = () => undefined;
  const user = postgresUser(say);
  const binaries = await postgresBinaries({
    user,
    say,
    cacheDir: testCacheDir(),
  });
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: 200,
    shared_buffers: "32MB",
    hot_standby: "on",
    max_standby_streaming_delay: 0,
  };
  const given = Object.entries(settings).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  return spawn(join(binaries, "bin", "postgres"), ["-D", folder, ...given], {
    cwd: "/",
    stdio: "ignore",
    ...user,
  });
}

async function isAnswering(databaseUrl: string): Promise<true | null> {
  const client = new Client({ connectionString: databaseUrl });
  try {
    await client.connect();
    return true;
  } catch {
    return null;
  } finally {
    await client.end().catch(() => undefined);
  }
}
