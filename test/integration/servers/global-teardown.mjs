// Stops the servers of global-setup.mjs and removes all they kept.
export default async function globalTeardown() {
  process.on("uncaughtException", ignoreCutConnection);
  await globalThis.refillTestServers?.stop();
}

/** A failed test may leave a database connection open. That Postgres now ends it must not hide the test's own failure. */
function ignoreCutConnection(error) {
  if (["57P01", "ECONNRESET", "EPIPE"].includes(error?.code)) return;
  process.stderr.write(`${error?.stack ?? String(error)}\n`);
  process.exit(1);
}
