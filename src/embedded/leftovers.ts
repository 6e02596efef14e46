import { RefillError } from "../domain/errors.js";
import { isRunning } from "./process/process-identity.js";
import { sendSignal } from "./process/send-signal.js";
import { waitUntil } from "./process/wait-until.js";
import {
  readServerRecords,
  type ServerRecord,
  writeServerRecords,
} from "./server-records.js";

/** A keeper stops its server within 75 s at most (a Postgres with much to write), then ends. */
const keeperStopMs = 80_000;
const serverStopMs = 30_000;

/**
 * Stops what an earlier, killed `refill dev` left running on this data dir, and returns when nothing of it runs.
 * Only processes that are recorded there and still the same ones are touched. The caller holds the data dir's lock.
 * @throws RefillError SERVERS_NOT_STARTED when one can't be stopped
 */
export async function stopLeftovers({
  dataDir,
  say,
}: {
  readonly dataDir: string;
  readonly say: (line: string) => void;
}): Promise<void> {
  const records = await readServerRecords(dataDir);
  await stopLeftover({ name: "Temporal", record: records.temporal, say });
  await stopLeftover({ name: "Postgres", record: records.postgres, say });
  await writeServerRecords(dataDir, {
    postgres: { ports: records.postgres.ports, processes: [] },
    temporal: { ports: records.temporal.ports, processes: [] },
  });
}

/** SIGTERM makes a keeper stop its server; a server whose keeper is gone gets SIGINT, which both servers obey cleanly. */
async function stopLeftover({
  name,
  record,
  say,
}: {
  readonly name: string;
  readonly record: ServerRecord;
  readonly say: (line: string) => void;
}): Promise<void> {
  const [keeper, server] = record.processes;
  const left = record.processes.filter(isRunning);
  if (left.length === 0) return;
  say(
    `${name}: waiting for the one of an earlier start to stop (process ${left.map(({ pid }) => pid).join(", ")})`,
  );
  if (keeper !== undefined && isRunning(keeper)) {
    sendSignal(keeper.pid, "SIGTERM");
    await waitUntil(() => !isRunning(keeper), { timeoutMs: keeperStopMs });
  }
  if (server !== undefined && isRunning(server)) {
    sendSignal(server.pid, "SIGINT");
    await waitUntil(() => !isRunning(server), { timeoutMs: serverStopMs });
  }
  const still = left.find(isRunning);
  if (still !== undefined) {
    throw new RefillError(
      "SERVERS_NOT_STARTED",
      `${name}: expected the process ${still.pid} of an earlier start to stop, it still runs: end it, then start again.`,
    );
  }
}
