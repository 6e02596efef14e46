import type { KeptServer } from "./keeper-protocol.js";
import { freePort } from "./process/free-ports.js";
import { rotateLog } from "./process/log-file.js";
import {
  type SupervisedServer,
  superviseServer,
} from "./process/supervised-server.js";
import { pause } from "./process/wait-until.js";
import type { RecordKeeper } from "./record-keeper.js";
import { type WatchLimits, watchServer } from "./watchdog.js";

/** A server that answers, under supervision. */
export interface LaunchedServer {
  readonly url: string;
  readonly uiUrl: string | null;
  readonly pid: () => number | null;
  hold(): Promise<void>;
  release(): Promise<void>;
  stop(): Promise<void>;
}

/** What differs between the servers. */
export interface LaunchPlan {
  readonly name: string;
  readonly recordName: "postgres" | "temporal";
  readonly portCount: number;
  readonly logFile: string;
  readonly records: RecordKeeper;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal | undefined;
  readonly kept: (ports: readonly number[]) => KeptServer;
  readonly answers: (
    server: SupervisedServer,
    ports: readonly number[],
  ) => Promise<void>;
  /** How to see that it still answers; null for a server that either runs or has ended. */
  readonly watch: {
    readonly answers: (
      ports: readonly number[],
      withinMs: number,
    ) => Promise<void>;
    readonly limits: WatchLimits;
  } | null;
  readonly url: (ports: readonly number[]) => string;
  readonly uiUrl: (ports: readonly number[]) => string | null;
}

/** A port can be taken between the look and the server's start; more failures than this have another cause. */
const maxAttempts = 3;

/**
 * Starts the server on its earlier ports where they are free, and returns when it answers.
 * @throws RefillError SERVERS_NOT_STARTED
 */
export async function launchServer(plan: LaunchPlan): Promise<LaunchedServer> {
  await rotateLog(plan.logFile);
  for (let attempt = 1; ; attempt += 1) {
    plan.signal?.throwIfAborted();
    const ports = await choosePorts(plan, attempt);
    const server = supervise(plan, ports);
    try {
      await server.start();
      await plan.answers(server, ports);
      server.ready();
      plan.say(`${plan.name}: answers on 127.0.0.1:${ports.join(" and ")}`);
      return launched({ plan, server, ports });
    } catch (error) {
      const endedByItself = server.lastEnd !== null;
      await server.stop();
      if (attempt === maxAttempts || !endedByItself) throw error;
      plan.say(`${plan.name}: ended at once, trying again on other ports`);
      await pause(500);
    }
  }
}

function launched({
  plan,
  server,
  ports,
}: {
  readonly plan: LaunchPlan;
  readonly server: SupervisedServer;
  readonly ports: readonly number[];
}): LaunchedServer {
  const { watch, say } = plan;
  const watchdog =
    watch &&
    watchServer({
      server,
      answers: (withinMs) => watch.answers(ports, withinMs),
      limits: watch.limits,
      say,
    });
  return {
    url: plan.url(ports),
    uiUrl: plan.uiUrl(ports),
    pid: () => server.pid,
    hold: () => server.hold(),
    release: async () => {
      await server.start();
      await plan.answers(server, ports);
    },
    stop: () => {
      watchdog?.stop();
      return server.stop();
    },
  };
}

function supervise(
  { name, recordName, records, say, kept }: LaunchPlan,
  ports: readonly number[],
): SupervisedServer {
  const server = superviseServer({
    name,
    kept: kept(ports),
    say,
    changed: () => {
      records.update(recordName, {
        ports,
        pids: [server.keeperPid, server.pid],
      });
    },
  });
  return server;
}

async function choosePorts(
  { recordName, portCount, records }: LaunchPlan,
  attempt: number,
): Promise<readonly number[]> {
  const earlier = attempt === 1 ? records.current[recordName].ports : [];
  const ports: number[] = [];
  while (ports.length < portCount) {
    const preferred = earlier[ports.length] ?? null;
    ports.push(await freePort({ preferred, taken: ports }));
  }
  return ports;
}
