import type { TracingSettings } from "../config/config.js";
import { noTracing, type Tracing } from "./tracing.js";

/** How long a command may wait for its spans to be sent once it has answered. */
export const COMMAND_FLUSH_MS = 1_000;

/** How long a worker or a server may, at its end. */
export const SERVICE_FLUSH_MS = 5_000;

export interface TracingOptions {
  /** Null: nobody asked for traces, and nothing is loaded. */
  readonly settings: TracingSettings | null;
  /** What the process is called where OTEL_SERVICE_NAME does not say so. */
  readonly service: "refill" | "refill-worker" | "refill-server";
  /** Told once of traces that can't be sent, until they can again. */
  readonly say: (line: string) => void;
}

/** Tracing as the environment asks for it. Settings that it can't follow turn it off, with a word: no trace is worth a failure. */
export async function openTracing(options: TracingOptions): Promise<Tracing> {
  const { settings, say } = options;
  if (settings === null) return noTracing;
  try {
    // Loaded late: without traces nothing of it is needed.
    const { createOtelTracing } = await import("./otel-tracing.js");
    const { openExporter } = await import("./span-exporter.js");
    const exporter = await openExporter({ ...settings, say });
    return createOtelTracing({ exporter, service: options.service });
  } catch (error) {
    say(`WARNING No traces are sent: ${String(error)}`);
    return noTracing;
  }
}
