import { DefaultLogger, Runtime } from "@temporalio/worker";

let isInstalled = false;

/** Sends what Temporal's runtime has to say, from warnings on, to `say`. Only the first call of a process counts. */
export function installRuntime(say: (line: string) => void): void {
  if (isInstalled) return;
  isInstalled = true;
  Runtime.install({
    // Signals are the programs' own business: they stop the worker through its abort signal.
    shutdownSignals: [],
    logger: new DefaultLogger("WARN", ({ level, message, meta }) => {
      if (isExpected(message)) return;
      say(`${level} ${message}${detailsOf(meta)}`);
    }),
    telemetryOptions: {
      logging: { filter: { core: "WARN", other: "ERROR" }, forward: {} },
    },
  });
}

/** Each of our workers polls for one kind of task on purpose; the SDK takes that for an oversight. */
function isExpected(message: string): boolean {
  return /^No (activities|workflows) registered, not polling/.test(message);
}

function detailsOf(meta: unknown): string {
  if (!(meta instanceof Object) || Object.keys(meta).length === 0) return "";
  return ` ${JSON.stringify(meta, (_name, value: unknown) => (value instanceof Error ? value.message : value))}`;
}
