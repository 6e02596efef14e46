import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const client = fileURLToPath(new URL("../../dist/client.js", import.meta.url));

/** Runs `refill dev` as a process of its own and returns when it answers. */
export async function startDev(dataDirName) {
  const dataDir = resolve(dataDirName);
  // The demo brings its own servers: none that the caller's environment names.
  const env = { ...process.env, REFILL_FILES_ROOT: join(dataDir, "exports") };
  delete env.DATABASE_URL;
  delete env.TEMPORAL_ADDRESS;
  const child = spawn(
    process.execPath,
    [client, "dev", "--data-dir", dataDir, "--json"],
    { env, stdio: ["ignore", "pipe", "inherit"], detached: true },
  );
  const interrupted = new Promise((done) => {
    process.once("SIGINT", done);
    process.once("SIGTERM", done);
  });
  await ready(child, interrupted);
  const file = await readFile(join(dataDir, "dev.json"), "utf8");
  const found = JSON.parse(file);
  return {
    env,
    dataDir,
    client,
    exportFolder: join(dataDir, "exports", "flights"),
    databaseUrl: found.database_url,
    uiUrl: found.temporal_ui_url,
    untilInterrupted: () => interrupted,
    stop: () => stop(child),
  };
}

async function ready(child, interrupted) {
  const firstLine = once(createInterface({ input: child.stdout }), "line");
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`refill dev ended with exit code ${code} before it was up`);
  });
  const stopped = interrupted.then(async () => {
    await stop(child);
    process.exit(130);
  });
  await Promise.race([firstLine, ended, stopped]);
  ended.catch(() => undefined);
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGINT");
  await exit;
}
