import { DefaultLogger, Runtime } from "@temporalio/worker";
import type { LogLevel, WorkerLog } from "./worker-log.js";

let isInstalled = false;

/** Sends what Temporal's runtime has to say, from warnings on, to the log. Only the first call of a process counts. */
export function installRuntime(say: WorkerLog): void {
  if (isInstalled) return;
  isInstalled = true;
  Runtime.install({
    // Signals are the programs' own business: they stop the worker through its abort signal.
    shutdownSignals: [],
    logger: new DefaultLogger("WARN", ({ level, message, meta }) => {
      if (isExpected(message)) return;
      say(message, { ...plainFacts(meta), level: levels[level] });
    }),
    telemetryOptions: {
      logging: { filter: { core: "WARN", other: "ERROR" }, forward: {} },
    },
  });
}

const levels = {
  TRACE: "debug",
  DEBUG: "debug",
  INFO: "info",
  WARN: "warn",
  ERROR: "error",
} as const satisfies Record<string, LogLevel>;

/** Each of our workers polls for one kind of task on purpose; the SDK takes that for an oversight. */
function isExpected(message: string): boolean {
  return /^No (activities|workflows) registered, not polling/.test(message);
}

function plainFacts(meta: unknown): Readonly<Record<string, unknown>> {
  if (!(meta instanceof Object)) return {};
  return Object.fromEntries(
    Object.entries(meta)
      .filter(([name]) => name !== "taskToken") // who has it can answer for the activity
      .map(([name, value]) => [
        name,
        value instanceof Error ? value.message : (value as unknown),
      ]),
  );
}
