import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client, Connection } from "@temporalio/client";
import pg from "pg";

const client = fileURLToPath(new URL("../dist/client.js", import.meta.url));

/** `refill dev` on a data dir of its own, gone after the measurement. */
export async function startInstallation() {
  const dataDir = await mkdtemp(join(tmpdir(), "refill-bench-"));
  await chmod(dataDir, 0o755);
  const env = { ...process.env, REFILL_DATA_DIR: dataDir };
  delete env.DATABASE_URL;
  delete env.TEMPORAL_ADDRESS;
  const dev = spawn(process.execPath, [client, "dev", "--json"], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(dev.stdout, "data");
  const found = JSON.parse(await readFile(join(dataDir, "dev.json"), "utf8"));
  const database = new pg.Client({ connectionString: found.database_url });
  await database.connect();
  const connection = await Connection.connect({
    address: found.temporal_address,
  });
  return {
    dataDir,
    databaseUrl: found.database_url,
    apiUrl: found.api_url,
    database,
    temporalAddress: found.temporal_address,
    temporal: new Client({ connection }),
    dev,
    refill: (...args) => refill(env, args),
    stop: async () => {
      await database.end();
      await connection.close();
      const exit = once(dev, "exit");
      dev.kill("SIGINT");
      await exit;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Runs the client as an operator would and answers the document it prints. */
async function refill(env, args) {
  const child = spawn(process.execPath, [client, ...args, "--json"], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => (text += chunk));
  const [exitCode] = await once(child, "close");
  if (exitCode !== 0) throw new Error(`refill ${args.join(" ")}: ${text}`);
  return JSON.parse(text);
}
