import type { TracingSettings } from "./config.js";
import type { Settings } from "./settings-schema.js";

/**
 * Whether OpenTelemetry's own variables ask for traces: they name where to send them, and nothing turns them off. All
 * else that the specification has, from headers to samplers, its SDK reads by itself.
 */
export function tracingFrom(settings: Settings): TracingSettings | null {
  const endpoint =
    settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ??
    settings.OTEL_EXPORTER_OTLP_ENDPOINT ??
    "";
  const isDisabled =
    settings.OTEL_SDK_DISABLED?.trim().toLowerCase() === "true";
  const exporters = (settings.OTEL_TRACES_EXPORTER ?? "otlp")
    .split(",")
    .map((name) => name.trim());
  if (endpoint.trim() === "" || isDisabled || !exporters.includes("otlp")) {
    return null;
  }
  const protocol =
    settings.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ??
    settings.OTEL_EXPORTER_OTLP_PROTOCOL ??
    "http/protobuf";
  return Object.freeze({ protocol });
}
