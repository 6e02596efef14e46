import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
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
  try {
    await ready(child, interrupted);
  } catch (error) {
    await stop(child);
    throw error;
  }
  // What dev prints holds no password; its file, which only its owner can read, does.
  const found = JSON.parse(await readFile(join(dataDir, "dev.json"), "utf8"));
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

/** What dev prints when all answer: one JSON document, or an error as one. */
async function ready(child, interrupted) {
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`refill dev ended with exit code ${code} before it was up`);
  });
  const stopped = interrupted.then(async () => {
    await stop(child);
    process.exit(130);
  });
  ended.catch(() => undefined);
  const found = await Promise.race([firstDocument(child), ended, stopped]);
  if (found.error !== undefined) throw new Error(found.error.message);
}

async function firstDocument(child) {
  let text = "";
  for await (const chunk of child.stdout.setEncoding("utf8")) {
    text += chunk;
    try {
      return JSON.parse(text);
    } catch {
      // Not whole yet.
    }
  }
  throw new Error(`refill dev printed no document: ${text}`);
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGINT");
  await exit;
}
