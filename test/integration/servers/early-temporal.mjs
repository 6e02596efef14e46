// A second Temporal, which suggests to continue as new after 40 events, not after 4,096: for the tests of what happens then.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { RecordKeeper } from "../../../dist/embedded/record-keeper.js";
import { readServerRecords } from "../../../dist/embedded/server-records.js";
import { launchTemporal } from "../../../dist/embedded/temporal/launch-temporal.js";

/** Starts it in a folder of its own below the data dir. */
export async function startEarlyTemporal({ dataDir, ...options }) {
  const folder = join(dataDir, "early");
  await mkdir(join(folder, "logs"), { recursive: true });
  return launchTemporal({
    ...options,
    dataDir: folder,
    dynamicConfig: { "limit.historyCount.suggestContinueAsNew": "40" },
    records: new RecordKeeper(folder, await readServerRecords(folder)),
  });
}
