import type { Config, ExplicitServers } from "../config/config.js";
import { RefillError } from "../domain/errors.js";
import { devFilePath, readDevFile } from "./dev-file.js";

/**
 * Where the database and Temporal are: those set explicitly, else those of the `refill dev` that runs on the data dir.
 * @throws RefillError SERVERS_NOT_FOUND when neither is there
 */
export async function findServers({
  config,
}: {
  readonly config: Pick<Config, "dataDir" | "servers">;
}): Promise<ExplicitServers> {
  if (config.servers !== null) return config.servers;
  const dev = await readDevFile(config.dataDir);
  if (dev !== null) {
    return {
      databaseUrl: dev.database_url,
      temporalAddress: dev.temporal_address,
    };
  }
  throw new RefillError(
    "SERVERS_NOT_FOUND",
    `Expected a running \`refill dev\` (${devFilePath(config.dataDir)}), found none: start \`refill dev\`, ` +
      "name its data dir with --data-dir or REFILL_DATA_DIR, or set DATABASE_URL and TEMPORAL_ADDRESS.",
    { details: { dataDir: config.dataDir } },
  );
}
