import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { say } from "./say.mjs";

const definition = `name: flights
team: 1
interval: day
timezone: America/New_York
source:
  type: postgres
  connection: default
  table: public.flights
  timestamp_column: departed_at
destination:
  type: files
  path: flights
  key: "{year}/{month}/{day}/{data_interval_start}-{data_interval_end}"
format: { type: jsonl, compression: gzip, level: 1 }
`;

/** Creates the export where it is missing, backfills all of its past, and returns what the ledger says. */
export async function backfillFlights(dev) {
  const file = join(dev.dataDir, "flights.yaml");
  await writeFile(file, definition);
  const found = await refill(dev, ["export", "get", "flights", "--json"]);
  await must(
    dev,
    found.exitCode === 0
      ? ["export", "update", "flights", file, "--json"]
      : ["export", "create", file, "--json"],
  );
  say("backfilling them by day: refill backfill start flights --wait");
  const startedMs = Date.now();
  const object = await must(dev, [
    "backfill",
    "start",
    "flights",
    "--end",
    "2001-07-02",
    "--wait",
    "--json",
  ]);
  const seconds = (Date.now() - startedMs) / 1000;
  const runs = await must(dev, [
    "backfill",
    "runs",
    object.id,
    "--all",
    "--json",
  ]);
  return { object, runs, seconds };
}

async function must(dev, args) {
  const { exitCode, output } = await refill(dev, args);
  if (exitCode === 0) return JSON.parse(output);
  throw new Error(`refill ${args.join(" ")} ended with ${exitCode}: ${output}`);
}

/** Runs the client as an operator would, its bar on our terminal. */
async function refill(dev, args) {
  const child = spawn(
    process.execPath,
    [dev.client, ...args, "--data-dir", dev.dataDir],
    { env: dev.env, stdio: ["ignore", "pipe", "inherit"] },
  );
  const [output, [exitCode]] = await Promise.all([
    text(child.stdout),
    once(child, "exit"),
  ]);
  return { exitCode, output };
}
