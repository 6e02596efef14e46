import { defaultPayloadConverter, type Headers } from "@temporalio/common";
import {
  ContinueAsNew,
  isCancellation,
  proxySinks,
  workflowInfo,
  type WorkflowInterceptorsFactory,
} from "@temporalio/workflow";
import {
  carrierFrom,
  type TraceCarrier,
  traceHeaderName,
  type TraceSinks,
  withParent,
  type WorkflowEnd,
  workflowSpanId,
} from "../contract/trace-context.js";

const sinks = proxySinks<TraceSinks>();

/**
 * Hands the trace that a workflow was started in on to its activities and its next Temporal run. It is in every bundle and
 * never awaits, so that a workflow takes the same steps with it and without: workers with tracing, without it, and of
 * versions before it may take turns. OpenTelemetry itself is not loaded here: the worker makes the span.
 */
export const interceptors: WorkflowInterceptorsFactory = () => {
  let given: Headers = {};
  let handedOn: Headers = {};
  return {
    inbound: [
      {
        execute: (input, next) => {
          const carrier = carrierIn(input.headers);
          if (carrier === null) return next(input);
          given = headersOf(carrier);
          const spanId = workflowSpanId(workflowInfo().runId);
          if (spanId === null) {
            handedOn = given;
            return next(input);
          }
          handedOn = headersOf(withParent(carrier, spanId));
          const result = next(input);
          tellEnd(result, { parent: carrier, spanId });
          return result;
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(merged(input, handedOn)),
        // Beside this run, not below it: a chain of hundreds is no deeper than one.
        continueAsNew: (input, next) => next(merged(input, given)),
      },
    ],
  };
};

function carrierIn(headers: Headers): TraceCarrier | null {
  const payload = headers[traceHeaderName];
  if (payload === undefined) return null;
  return carrierFrom(() => defaultPayloadConverter.fromPayload(payload));
}

function headersOf(carrier: TraceCarrier): Headers {
  return { [traceHeaderName]: defaultPayloadConverter.toPayload(carrier) };
}

function merged<Input extends { readonly headers: Headers }>(
  input: Input,
  headers: Headers,
): Input {
  return { ...input, headers: { ...input.headers, ...headers } };
}

/** Beside the workflow: nothing waits for it. */
function tellEnd(
  result: Promise<unknown>,
  span: Pick<WorkflowEnd, "parent" | "spanId">,
): void {
  result.then(
    () => {
      sinks.trace.ended({ ...span, outcome: "completed" });
    },
    (error: unknown) => {
      sinks.trace.ended({ ...span, outcome: outcomeOf(error) });
    },
  );
}

function outcomeOf(error: unknown): WorkflowEnd["outcome"] {
  if (error instanceof ContinueAsNew) return "continued-as-new";
  return isCancellation(error) ? "cancelled" : "failed";
}
