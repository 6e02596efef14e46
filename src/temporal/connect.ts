import { Client, Connection } from "@temporalio/client";
import { loadClientConnectConfig } from "@temporalio/envconfig";
import type { WorkflowSettings } from "../contract/workflow-settings.js";
import { RefillError } from "../domain/errors.js";
import { noTracing, type Tracing } from "../telemetry/tracing.js";
import { describeCause } from "./classify-error.js";
import { createGateway, type TemporalGateway } from "./gateway.js";
import { tracedCalls } from "./trace-calls.js";

/** Where Temporal is. Explicit: TEMPORAL_* variables and profiles add TLS, API key and namespace. */
export interface TemporalTarget {
  readonly address: string;
  readonly explicit: boolean;
}

/**
 * The connection options and the namespace that Temporal's own environment settings give for a target.
 * @throws RefillError CONFIG_INVALID where these name a file that can't be read, or a profile that is not there
 */
export function connectionSettings(target: TemporalTarget) {
  const settings = target.explicit
    ? readTemporalSettings()
    : { connectionOptions: {} };
  return {
    connection: { ...settings.connectionOptions, address: target.address },
    namespace: ("namespace" in settings && settings.namespace) || "default",
  };
}

function readTemporalSettings() {
  try {
    return loadClientConnectConfig();
  } catch (error) {
    // Only the first line: a parser shows the text around a mistake, which may hold a key.
    const [reason = ""] = (error as Error).message.split("\n");
    throw new RefillError(
      "CONFIG_INVALID",
      `Expected settings of Temporal (TEMPORAL_*, temporal.toml) that can be read; got an error: ${reason}. Correct what it names.`,
      { cause: error },
    );
  }
}

/**
 * Connects an operator's client.
 * @throws RefillError TEMPORAL_UNAVAILABLE, CONFIG_INVALID
 */
export async function connectTemporal(
  target: TemporalTarget & {
    readonly taskQueue: string;
    /** What the workflows that it starts are given. */
    readonly settings: WorkflowSettings;
    /** Absent: calls make no spans. */
    readonly tracing?: Tracing;
  },
): Promise<TemporalGateway> {
  const { connection: options, namespace } = connectionSettings(target);
  try {
    const connection = await Connection.connect({
      ...options,
      connectTimeout: 5_000,
    });
    const { tracing = noTracing } = target;
    const client = new Client({
      connection,
      namespace,
      interceptors: { workflow: tracing.isOn ? [tracedCalls(tracing)] : [] },
    });
    return await createGateway({
      client,
      taskQueue: target.taskQueue,
      settings: target.settings,
      close: () => connection.close(),
    });
  } catch (error) {
    throw new RefillError(
      "TEMPORAL_UNAVAILABLE",
      `Expected Temporal at ${target.address}; got no answer (${describeCause(error)}). Start it, or correct TEMPORAL_ADDRESS.`,
      { cause: error },
    );
  }
}
