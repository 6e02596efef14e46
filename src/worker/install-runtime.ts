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
      say(`${level} ${message}${detailsOf(meta)}`);
    }),
    telemetryOptions: {
      logging: { filter: { core: "WARN", other: "ERROR" }, forward: {} },
    },
  });
}

function detailsOf(meta: unknown): string {
  if (!(meta instanceof Object) || Object.keys(meta).length === 0) return "";
  return ` ${JSON.stringify(meta, (_name, value: unknown) => (value instanceof Error ? value.message : value))}`;
}
