// Starts Postgres and Temporal once for all integration tests, from the compiled sources, on a data dir of their own.
import { chmod, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheDirFrom } from "../../../dist/config/cache-dir.js";
import { writeDevFile } from "../../../dist/embedded/dev-file.js";
import { startServers } from "../../../dist/embedded/servers.js";

export default async function globalSetup() {
  const dataDir = await mkdtemp(join(tmpdir(), "refill-test-"));
  // As root, Postgres runs as another user: one that can enter the data dir keeps its cluster inside.
  await chmod(dataDir, 0o755);
  const servers = await startServers({
    dataDir,
    cacheDir: cacheDirFrom(process.env),
    say: (line) => process.stderr.write(`${line}\n`),
  });
  await writeDevFile(dataDir, {
    database_url: servers.databaseUrl,
    temporal_address: servers.temporalAddress,
    temporal_ui_url: servers.temporalUiUrl,
    pid: process.pid,
  });
  // Test files run with a copy of this environment, in this process or in others.
  process.env.REFILL_TEST_DATA_DIR = dataDir;
  globalThis.refillTestServers = servers;
}
