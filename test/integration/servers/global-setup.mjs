// Starts what the integration tests share, unless whoever runs jest has done so.
import { startSharedServers } from "./shared-servers.mjs";

export default async function globalSetup() {
  if (process.env.REFILL_TEST_DATA_DIR !== undefined) return;
  const servers = await startSharedServers({
    say: (line) => process.stderr.write(`${line}\n`),
  });
  // Test files run with a copy of this environment, in this process or in others.
  Object.assign(process.env, servers.env);
  globalThis.refillTestServers = servers;
}
