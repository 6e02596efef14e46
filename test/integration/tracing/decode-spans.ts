import protobuf from "protobufjs";
import type { ReceivedSpan } from "./otlp-receiver.js";

/** What the tests read of opentelemetry-proto's collector/trace/v1/trace_service.proto, with its field numbers. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Request { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeSpans { repeated Span spans = 2; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5;
    repeated KeyValue attributes = 9; repeated Event events = 11; Status status = 15;
  }
  message Event { string name = 2; repeated KeyValue attributes = 3; }
  message Status { string message = 2; int32 code = 3; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; } }
`);

interface Request {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes?: readonly KeyValue[];
  readonly events?: readonly { readonly name: string }[];
  readonly status?: { readonly code?: number };
}

interface KeyValue {
  readonly key: string;
  readonly value: Readonly<Record<string, string | number | boolean>>;
}

const STATUS_ERROR = 2;

/** The spans of a request, whichever of the two encodings its content type names. */
export function decodeSpans(
  contentType: string,
  body: Buffer,
): readonly ReceivedSpan[] {
  const { resourceSpans } =
    contentType === "application/json"
      ? (JSON.parse(body.toString()) as Request)
      : fromProtobuf(body);
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(attributesOf(resource.attributes)["service.name"]);
    return scopeSpans
      .flatMap(({ spans }) => spans)
      .map((span) => receivedOf(service, span));
  });
}

/** Ids are bytes there, and hexadecimal digits in JSON. */
function fromProtobuf(body: Buffer): Request {
  const type = root.lookupType("Request");
  const request = type.toObject(type.decode(body), {
    bytes: Buffer,
    longs: Number,
  });
  return JSON.parse(
    JSON.stringify(request, (_key, value: unknown) => hexOf(value)),
  ) as Request;
}

function hexOf(value: unknown): unknown {
  const { type, data } = (value ?? {}) as {
    readonly type?: unknown;
    readonly data?: readonly number[];
  };
  return type === "Buffer" ? Buffer.from(data ?? []).toString("hex") : value;
}

function receivedOf(service: string, span: Span): ReceivedSpan {
  const parent = span.parentSpanId ?? "";
  return {
    service,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: parent === "" ? null : parent,
    name: span.name,
    attributes: attributesOf(span.attributes ?? []),
    events: (span.events ?? []).map(({ name }) => name),
    isFailed: span.status?.code === STATUS_ERROR,
  };
}

function attributesOf(pairs: readonly KeyValue[]) {
  return Object.fromEntries(
    pairs.map(({ key, value }) => [key, Object.values(value)[0] ?? ""]),
  );
}
