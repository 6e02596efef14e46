/** The header of Temporal's messages that names a span, as Temporal's SDKs of every language have it. */
export const traceHeaderName = "_tracer-data";

/** Names a span to another process, in the words of W3C's Trace Context. */
export interface TraceCarrier {
  readonly traceparent: string;
  readonly tracestate?: string;
}

/** What a workflow tells of its end to the worker that it ends on. */
export interface WorkflowEnd {
  readonly parent: TraceCarrier;
  readonly spanId: string;
  readonly outcome: "completed" | "continued-as-new" | "cancelled" | "failed";
}

/** The way there. A type, because Temporal's own has an index, which interfaces lack. */
export type TraceSinks = {
  readonly trace: { readonly ended: (end: WorkflowEnd) => void };
};

const parentPattern = /^(00-[0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/;

/** What `decode` finds in such a header; null where it is someone else's, or of another version. */
export function carrierFrom(decode: () => unknown): TraceCarrier | null {
  try {
    return understood(decode());
  } catch {
    return null;
  }
}

function understood(value: unknown): TraceCarrier | null {
  if (typeof value !== "object" || value === null) return null;
  const { traceparent, tracestate } = value as Readonly<
    Record<string, unknown>
  >;
  if (typeof traceparent !== "string" || !parentPattern.test(traceparent)) {
    return null;
  }
  return typeof tracestate === "string"
    ? { traceparent, tracestate }
    : { traceparent };
}

/** The same trace, with another span of it as the parent. */
export function withParent(
  carrier: TraceCarrier,
  spanId: string,
): TraceCarrier {
  const traceparent = carrier.traceparent.replace(
    parentPattern,
    `$1-${spanId}-$2`,
  );
  return { ...carrier, traceparent };
}

/**
 * The id of a Temporal run's span: made of the run's own id, so that every worker which replays it names the same parent,
 * and no random number is taken from the workflow. Null: the id has not the form of Temporal's.
 */
export function workflowSpanId(temporalRunId: string): string | null {
  const digits = temporalRunId.replaceAll("-", "").toLowerCase();
  const spanId = digits.slice(-16); // the random half: of a UUID of version 7 the other one is a time
  return /^[0-9a-f]{16}$/.test(spanId) && !/^0+$/.test(spanId) ? spanId : null;
}
