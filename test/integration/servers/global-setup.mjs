// Starts Postgres, Temporal and an S3 server once for all integration tests, from the compiled sources, on data dirs of their own.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheDirFrom } from "../../../dist/config/cache-dir.js";
import { writeDevFile } from "../../../dist/embedded/dev-file.js";
import { startServers } from "../../../dist/embedded/servers.js";
import { ensureFloorTemporal } from "./floor-temporal.mjs";
import { s3Keys } from "./s3-keys.mjs";
import { ensureSeaweedfs } from "./seaweedfs-binary.mjs";
import { runSeaweedfs } from "./seaweedfs-server.mjs";

const cacheDir = cacheDirFrom(process.env);
const say = (line) => process.stderr.write(`${line}\n`);

/** Test files run with a copy of this environment, in this process or in others. */
export default async function globalSetup() {
  const [servers, s3, floorTemporal] = await Promise.all([
    startOurServers(),
    startS3(),
    ensureFloorTemporal({ cacheDir, say }),
  ]);
  process.env.REFILL_TEST_DATA_DIR = servers.dataDir;
  if (s3 !== null) process.env.REFILL_TEST_S3_ENDPOINT = s3.endpoint;
  if (floorTemporal !== null) {
    process.env.REFILL_TEST_FLOOR_TEMPORAL = floorTemporal;
  }
  globalThis.refillTestServers = { ...servers, s3 };
}

async function startOurServers() {
  const dataDir = await mkdtemp(join(tmpdir(), "refill-test-"));
  // As root, Postgres runs as another user: one that can enter the data dir keeps its cluster inside.
  await chmod(dataDir, 0o755);
  const servers = await startServers({ dataDir, cacheDir, say });
  await writeDevFile(dataDir, {
    database_url: servers.databaseUrl,
    temporal_address: servers.temporalAddress,
    temporal_ui_url: servers.temporalUiUrl,
    pid: process.pid,
  });
  return { dataDir, servers };
}

/** Null where it can't be had: the tests of S3 are skipped then, and counted as such. */
async function startS3() {
  const command = await ensureSeaweedfs({ cacheDir, say });
  if (command === null) {
    say("SeaweedFS: can't be had here: the tests of S3 are skipped");
    return null;
  }
  const folder = await mkdtemp(join(tmpdir(), "refill-s3-"));
  const server = await runSeaweedfs({ command, folder, keys: s3Keys });
  say(`SeaweedFS: answers at ${server.endpoint}`);
  return {
    endpoint: server.endpoint,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
