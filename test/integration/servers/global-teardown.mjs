// Stops the servers of global-setup.mjs and removes all they kept.
import { removeServersData } from "../../../dist/embedded/servers.js";

export default async function globalTeardown() {
  process.on("uncaughtException", ignoreCutConnection);
  const dataDir = process.env.REFILL_TEST_DATA_DIR;
  await globalThis.refillTestServers?.stop();
  if (dataDir !== undefined) await removeServersData(dataDir);
}

/** A failed test may leave a database connection open. That Postgres now ends it must not hide the test's own failure. */
function ignoreCutConnection(error) {
  if (["57P01", "ECONNRESET", "EPIPE"].includes(error?.code)) return;
  process.stderr.write(`${error?.stack ?? String(error)}\n`);
  process.exit(1);
}
