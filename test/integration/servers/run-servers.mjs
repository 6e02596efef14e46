// A program that runs servers until it is killed, for tests about what is left of them then. Its argument is JSON with
// dataDir and cacheDir; it prints one line of JSON when the servers answer. SIGTERM stops it cleanly.
import {
  removeDevFile,
  writeDevFile,
} from "../../../dist/embedded/dev-file.js";
import { startServers } from "../../../dist/embedded/servers.js";

const { dataDir, cacheDir } = JSON.parse(process.argv[2]);
const servers = await startServers({
  dataDir,
  cacheDir,
  say: (line) => process.stderr.write(`${line}\n`),
});
await writeDevFile(dataDir, {
  database_url: servers.databaseUrl,
  temporal_address: servers.temporalAddress,
  temporal_ui_url: servers.temporalUiUrl,
  pid: process.pid,
});
// Before it says that it is ready: whoever hears that may end it at once.
const alive = setInterval(() => undefined, 60_000);
process.once("SIGTERM", async () => {
  await servers.stop();
  await removeDevFile(dataDir);
  clearInterval(alive);
});
const { databaseUrl, temporalAddress, pids } = servers;
process.stdout.write(
  `${JSON.stringify({ databaseUrl, temporalAddress, pids })}\n`,
);
