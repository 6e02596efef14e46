import { expect, test } from "@jest/globals";
import { loadConfig } from "../../src/config/load-config.js";

const endpoint = "http://collector:4318";

function tracing(env: Readonly<Record<string, string>>) {
  return loadConfig({ env, cwd: "/work" }).tracing;
}

test.each([
  { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
  { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${endpoint}/v1/traces` },
  { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SDK_DISABLED: "false" },
  { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_EXPORTER: "otlp" },
  {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_TRACES_EXPORTER: "console, otlp",
  },
])("traces are on with %j", (env) => {
  expect(tracing(env)).toEqual({ protocol: "http/protobuf" });
});

test.each([
  {},
  { OTEL_SERVICE_NAME: "refill", OTEL_TRACES_SAMPLER: "always_on" },
  { OTEL_EXPORTER_OTLP_ENDPOINT: "" },
  { OTEL_EXPORTER_OTLP_ENDPOINT: "  " },
  { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: endpoint },
  { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SDK_DISABLED: "TRUE" },
  { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_EXPORTER: "none" },
])("traces are off with %j", (env) => {
  expect(tracing(env)).toBeNull();
});

test("the protocol of traces goes before that of all signals", () => {
  expect(
    tracing({
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/json",
    }),
  ).toEqual({ protocol: "http/json" });
});
