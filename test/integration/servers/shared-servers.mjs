// What all integration tests share: Postgres with a template of the ledger, two Temporals, an S3 server, the workflows'
// bundle, and programs in Python.
import { chmod, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheDirFrom } from "../../../dist/config/cache-dir.js";
import { writeDevFile } from "../../../dist/embedded/dev-file.js";
import {
  removeServersData,
  startServers,
} from "../../../dist/embedded/servers.js";
import { startEarlyTemporal } from "./early-temporal.mjs";
import { ensureFloorTemporal } from "./floor-temporal.mjs";
import { preparePythonTools } from "./python-tools.mjs";
import { startSharedS3 } from "./shared-s3.mjs";
import { makeTemplateDatabase, spareDisk } from "./template-database.mjs";
import { writeWorkflowBundle } from "./workflow-bundle.mjs";

/** A machine that has more to do than it can may need long for an answer. A server that hangs for good is still ended. */
const temporalWatch = {
  everyMs: 10_000,
  answerMs: 30_000,
  looks: 4,
  startMs: 120_000,
};

/**
 * Starts all of it at once, from the compiled sources, on a data dir of its own. `env` names it to test files. Whatever
 * runs stops with this process, however that ends; `stop` also removes what it kept.
 */
export async function startSharedServers({ say, signal }) {
  const dataDir = await mkdtemp(join(tmpdir(), "refill-test-"));
  // As root, Postgres runs as another user: one that can enter the data dir keeps its cluster inside.
  await chmod(dataDir, 0o755);
  const cacheDir = cacheDirFrom(process.env);
  const options = { dataDir, cacheDir, say, signal, temporalWatch };
  const parts = await Promise.allSettled([
    startMain(options),
    startEarlyTemporal(options),
    startSharedS3(options),
    writeWorkflowBundle(dataDir),
    ensureFloorTemporal(options),
    preparePythonTools(options),
  ]);
  const [main, early, s3, bundle, floorTemporal, pythonTools] = parts.map(
    ({ value }) => value,
  );
  const stop = async () => {
    await Promise.all([early?.stop(), s3?.stop(), main?.stop()]);
    await removeServersData(dataDir);
  };
  const failed = parts.find(({ status }) => status === "rejected");
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  const env = {
    REFILL_TEST_DATA_DIR: dataDir,
    REFILL_TEST_EARLY_TEMPORAL: early.url,
    REFILL_TEST_WORKFLOW_BUNDLE: bundle,
    REFILL_TEST_PYTHON_TOOLS: JSON.stringify(pythonTools),
  };
  if (s3 !== null) env.REFILL_TEST_S3_ENDPOINT = s3.endpoint;
  if (floorTemporal !== null) env.REFILL_TEST_FLOOR_TEMPORAL = floorTemporal;
  return { env, stop };
}

async function startMain({ dataDir, ...options }) {
  const servers = await startServers({ dataDir, ...options });
  await spareDisk(servers.databaseUrl);
  await makeTemplateDatabase(servers.databaseUrl);
  await writeDevFile(dataDir, {
    database_url: servers.databaseUrl,
    temporal_address: servers.temporalAddress,
    temporal_ui_url: servers.temporalUiUrl,
    pid: process.pid,
  });
  return servers;
}
