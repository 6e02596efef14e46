import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as delay } from "node:timers/promises";
import {
  type Attributes,
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-base";
import { programVersion } from "../config/version.js";
import { carrierFrom, type TraceCarrier } from "../contract/trace-context.js";
import { ChosenIds } from "./chosen-ids.js";
import { failureCode } from "./failure-code.js";
import type {
  EndedSpan,
  SpanAttributes,
  SpanIds,
  SpanOptions,
  TraceSpan,
  Tracing,
} from "./tracing.js";

/**
 * Tracing by OpenTelemetry's SDK, which reads its sampler, limits and queue from its own variables. The queue is bounded
 * (2,048 spans unless asked otherwise): what comes faster than it can be sent is dropped. Nothing global is registered.
 */
export function createOtelTracing(options: {
  readonly exporter: SpanExporter;
  readonly service: string;
}): Tracing {
  return new OtelTracing(options);
}

class OtelTracing implements Tracing {
  readonly isOn = true;
  readonly #ids = new ChosenIds();
  readonly #inHand = new AsyncLocalStorage<Context>();
  readonly #propagator = new W3CTraceContextPropagator();
  readonly #provider: BasicTracerProvider;
  readonly #tracer: Tracer;

  constructor(options: {
    readonly exporter: SpanExporter;
    readonly service: string;
  }) {
    this.#provider = new BasicTracerProvider({
      resource: resourceOf(options.service),
      idGenerator: this.#ids,
      spanProcessors: [new BatchSpanProcessor(options.exporter)],
    });
    this.#tracer = this.#provider.getTracer("refill", programVersion());
  }

  async span<T>(
    options: SpanOptions,
    work: (span: TraceSpan) => Promise<T>,
  ): Promise<T> {
    const context = this.#contextOf(options.parent ?? null);
    const span = this.#tracer.startSpan(
      options.name,
      optionsOf(options),
      context,
    );
    try {
      return await this.#inHand.run(trace.setSpan(context, span), () =>
        work(tellerOf(span)),
      );
    } catch (error) {
      fail(span, failureCode(error));
      throw error;
    } finally {
      span.end();
    }
  }

  note(attributes: SpanAttributes): void {
    this.#span()?.setAttributes(present(attributes));
  }

  record({ spanId, startMs, endMs, failure, ...options }: EndedSpan): void {
    const span = this.#ids.using(spanId, () =>
      this.#tracer.startSpan(
        options.name,
        { ...optionsOf(options), startTime: startMs },
        this.#contextOf(options.parent),
      ),
    );
    if (failure !== null) fail(span, failure);
    span.end(Math.max(startMs, endMs)); // the clocks of a server and a worker differ
  }

  carrier(): TraceCarrier | null {
    const words: Record<string, string> = {};
    this.#propagator.inject(this.#context(), words, defaultTextMapSetter);
    return carrierFrom(() => words);
  }

  ids(): SpanIds | null {
    const { traceId, spanId } = this.#span()?.spanContext() ?? {};
    if (traceId === undefined || spanId === undefined) return null;
    const isValid = isSpanContextValid({ traceId, spanId, traceFlags: 0 });
    return isValid ? { traceId, spanId } : null;
  }

  async close(limitMs: number): Promise<void> {
    const sent = this.#provider.shutdown().catch(() => undefined);
    await Promise.race([sent, delay(limitMs, undefined, { ref: false })]);
  }

  #context(): Context {
    return this.#inHand.getStore() ?? ROOT_CONTEXT;
  }

  #span(): Span | undefined {
    return trace.getSpan(this.#context());
  }

  #contextOf(parent: TraceCarrier | null): Context {
    if (parent === null) return this.#context();
    return this.#propagator.extract(ROOT_CONTEXT, parent, defaultTextMapGetter);
  }
}

/** What the environment says of the service wins. */
function resourceOf(service: string) {
  return defaultResource()
    .merge(
      resourceFromAttributes({
        "service.name": service,
        "service.version": programVersion(),
      }),
    )
    .merge(detectResources({ detectors: [envDetector] }));
}

const kinds = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

function optionsOf({ kind, attributes }: Omit<SpanOptions, "name">) {
  return {
    kind: kind === undefined ? SpanKind.INTERNAL : kinds[kind],
    attributes: present(attributes ?? {}),
  };
}

function present(attributes: SpanAttributes): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).filter(
      (entry): entry is [string, string | number | boolean] =>
        entry[1] !== null,
    ),
  );
}

function tellerOf(span: Span): TraceSpan {
  return {
    set: (attributes) => span.setAttributes(present(attributes)),
    event: (name, attributes = {}) => span.addEvent(name, present(attributes)),
    fail: (code) => {
      fail(span, code);
    },
  };
}

function fail(span: Span, code: string): void {
  span.setAttribute("error.type", code);
  span.setStatus({ code: SpanStatusCode.ERROR, message: code });
}
