import type { TraceCarrier } from "../contract/trace-context.js";

/** Facts about a span; null ones are left out. Nothing secret, and no text that an error brought, may be among them. */
export type SpanAttributes = Readonly<
  Record<string, string | number | boolean | null>
>;

export interface SpanOptions {
  readonly name: string;
  /** Absent: work within this process. */
  readonly kind?: "server" | "client" | "producer" | "consumer";
  readonly attributes?: SpanAttributes;
  /** Of another process. Absent or null: the span in hand, and where there is none, a new trace begins. */
  readonly parent?: TraceCarrier | null;
}

/** A span that is going on. */
export interface TraceSpan {
  set(attributes: SpanAttributes): void;
  event(name: string, attributes?: SpanAttributes): void;
  /** It will end as failed, with this code, although nothing is thrown. */
  fail(code: string): void;
}

/** A span that is over, of work that could not make it by itself. */
export interface EndedSpan extends SpanOptions {
  readonly parent: TraceCarrier;
  readonly spanId: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Null: it did not fail. */
  readonly failure: string | null;
}

export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** What tells of the work as OpenTelemetry's spans. None of it ever fails or keeps the work waiting. */
export interface Tracing {
  readonly isOn: boolean;
  /** Does the work within a span, the one in hand until it ends. What it throws is told by its code alone. */
  span<T>(
    options: SpanOptions,
    work: (span: TraceSpan) => Promise<T>,
  ): Promise<T>;
  /** Adds facts to the span in hand. */
  note(attributes: SpanAttributes): void;
  record(span: EndedSpan): void;
  /** Names the span in hand to another process; null where there is none. */
  carrier(): TraceCarrier | null;
  /** Of the span in hand, for a log. */
  ids(): SpanIds | null;
  /** Sends what is left, as far as that goes within the limit. */
  close(limitMs: number): Promise<void>;
}

const noSpan: TraceSpan = {
  set: () => undefined,
  event: () => undefined,
  fail: () => undefined,
};

/** Does the work and tells nobody. */
export const noTracing: Tracing = {
  isOn: false,
  span: (_options, work) => work(noSpan),
  note: () => undefined,
  record: () => undefined,
  carrier: () => null,
  ids: () => null,
  close: () => Promise.resolve(),
};
