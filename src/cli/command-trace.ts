import { AsyncLocalStorage } from "node:async_hooks";
import type { Config } from "../config/config.js";
import { COMMAND_FLUSH_MS, openTracing } from "../telemetry/open-tracing.js";
import { noTracing, type Tracing } from "../telemetry/tracing.js";
import type { Output } from "./terminal/output.js";

const inHand = new AsyncLocalStorage<Tracing>();

/** What traces the command that is being carried out: of all commands, only those that connect ask for it. */
export function tracingInHand(): Tracing {
  return inHand.getStore() ?? noTracing;
}

/** Carries out a command within a span of its name, where traces are asked for. It has answered before the span is sent. */
export async function traceCommand<T>(
  {
    name,
    config,
    output,
  }: {
    readonly name: string;
    readonly config: Pick<Config, "tracing">;
    readonly output: Pick<Output, "notice">;
  },
  work: () => Promise<T>,
): Promise<T> {
  if (config.tracing === null) return work();
  const tracing = await openTracing({
    settings: config.tracing,
    service: "refill",
    say: output.notice,
  });
  try {
    return await inHand.run(tracing, () => tracing.span({ name }, work));
  } finally {
    await tracing.close(COMMAND_FLUSH_MS);
  }
}
