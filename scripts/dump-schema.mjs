// Writes sql/schema.sql: migrates an empty database on servers of its own and reads the schema back from the catalogs.
import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheDirFrom } from "../dist/config/cache-dir.js";
import { removeServersData, startServers } from "../dist/embedded/servers.js";
import { dumpSchema } from "../dist/store/database/dump-schema.js";
import { migrate } from "../dist/store/database/migrate.js";
import { createPool } from "../dist/store/database/pool.js";

const file = fileURLToPath(new URL("../sql/schema.sql", import.meta.url));

const dataDir = await mkdtemp(join(tmpdir(), "refill-schema-"));
// As root, Postgres runs as another user: one that can enter the data dir keeps its cluster inside.
await chmod(dataDir, 0o755);
const servers = await startServers({
  dataDir,
  cacheDir: cacheDirFrom(process.env),
  say: (line) => process.stderr.write(`${line}\n`),
});
try {
  await writeFile(file, await readSchema(servers.databaseUrl));
  process.stderr.write(`Schema: written to ${file}\n`);
} finally {
  await servers.stop();
  await removeServersData(dataDir);
}

async function readSchema(connectionString) {
  const pool = createPool({
    connectionString,
    applicationName: "refill schema dump",
  });
  try {
    await migrate({ pool });
    return await dumpSchema(pool);
  } finally {
    await pool.end();
  }
}
