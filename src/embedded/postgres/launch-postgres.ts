import { join } from "node:path";
import { type LaunchedServer, launchServer } from "../launched-server.js";
import type { RecordKeeper } from "../record-keeper.js";
import { postgresBinaries } from "./binaries.js";
import { ensureCluster } from "./cluster.js";
import { clusterHome } from "./cluster-home.js";
import {
  keptPostgres,
  postgresAnswers,
  postgresUrl,
} from "./postgres-server.js";
import { postgresUser } from "./server-user.js";

/**
 * Postgres on the data dir's cluster, which is made on the first start.
 * @throws RefillError SERVERS_NOT_STARTED
 */
export async function launchPostgres({
  dataDir,
  cacheDir,
  say,
  signal,
  records,
}: {
  readonly dataDir: string;
  readonly cacheDir: string;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal;
  readonly records: RecordKeeper;
}): Promise<LaunchedServer> {
  const user = postgresUser(say);
  const binaries = await postgresBinaries({ user, cacheDir, say });
  const home = await clusterHome({ dataDir, user, say });
  const cluster = await ensureCluster({ dataDir, home, binaries, user, say });
  const logFile = join(dataDir, "logs", "postgres.log");
  const { password } = cluster;
  const url = ([port = 0]: readonly number[]): string =>
    postgresUrl({ port, password });
  return launchServer({
    name: "Postgres",
    recordName: "postgres",
    portCount: 1,
    logFile,
    records,
    say,
    signal,
    kept: ([port = 0]) =>
      keptPostgres({ binaries, cluster, port, user, logFile }),
    answers: (server, [port = 0]) =>
      postgresAnswers({ server, port, password, logFile, signal }),
    url,
    watch: null,
    uiUrl: () => null,
  });
}
