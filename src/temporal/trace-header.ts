import { defaultPayloadConverter, type Headers } from "@temporalio/common";
import {
  carrierFrom,
  type TraceCarrier,
  traceHeaderName,
} from "../contract/trace-context.js";

/** The span that a message from Temporal belongs to; null where it names none. */
export function carrierIn(headers: Headers): TraceCarrier | null {
  const payload = headers[traceHeaderName];
  if (payload === undefined) return null;
  return carrierFrom(() => defaultPayloadConverter.fromPayload(payload));
}

/** The headers with the span that a message belongs to. */
export function withCarrier(
  headers: Headers,
  carrier: TraceCarrier | null,
): Headers {
  if (carrier === null) return headers;
  const payload = defaultPayloadConverter.toPayload(carrier);
  return { ...headers, [traceHeaderName]: payload };
}
