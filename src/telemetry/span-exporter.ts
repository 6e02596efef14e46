import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-base";
import type { TracingSettings } from "../config/config.js";
import { redact } from "../config/redact.js";

/** Sends spans by OTLP over HTTP; where to, and with which headers, it reads from OpenTelemetry's own variables. */
export async function openExporter({
  protocol,
  say,
}: TracingSettings & {
  readonly say: (line: string) => void;
}): Promise<SpanExporter> {
  return new WatchedExporter(await exporterOf(protocol), say);
}

async function exporterOf(protocol: string): Promise<SpanExporter> {
  switch (protocol) {
    case "http/protobuf": {
      const { OTLPTraceExporter } =
        await import("@opentelemetry/exporter-trace-otlp-proto");
      return new OTLPTraceExporter();
    }
    case "http/json": {
      const { OTLPTraceExporter } =
        await import("@opentelemetry/exporter-trace-otlp-http");
      return new OTLPTraceExporter();
    }
    default:
      throw new Error(
        `Expected OTEL_EXPORTER_OTLP_PROTOCOL to be http/protobuf or http/json; got ${protocol}. Collectors listen for both on port 4318.`,
      );
  }
}

/** Says once that spans are lost, and once that they are no longer. */
class WatchedExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #say: (line: string) => void;
  #isFailing = false;

  constructor(exporter: SpanExporter, say: (line: string) => void) {
    this.#exporter = exporter;
    this.#say = say;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#exporter.export(spans, (result) => {
      this.#hear(result);
      done(result);
    });
  }

  async forceFlush(): Promise<void> {
    await this.#exporter.forceFlush?.();
  }

  async shutdown(): Promise<void> {
    await this.#exporter.shutdown();
  }

  #hear({ code, error }: ExportResult): void {
    const isFailing = code === ExportResultCode.FAILED;
    if (isFailing === this.#isFailing) return;
    this.#isFailing = isFailing;
    // An endpoint may hold a password.
    const reason = redact(error?.message ?? "no reason was given", []);
    this.#say(
      isFailing
        ? `WARNING Traces can't be sent, and are lost until they can: ${reason}`
        : "Traces are sent again.",
    );
  }
}
