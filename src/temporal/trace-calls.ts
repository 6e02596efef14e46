import type { WorkflowClientInterceptor } from "@temporalio/client";
import type { SpanOptions, Tracing } from "../telemetry/tracing.js";
import { withCarrier } from "./trace-header.js";

/** Makes a span of each call that changes something, and lets the workflows that it starts go on in its trace. */
export function tracedCalls(tracing: Tracing): WorkflowClientInterceptor {
  const joined = <Input extends Started>(input: Input): Input => ({
    ...input,
    headers: withCarrier(input.headers, tracing.carrier()),
  });
  return {
    startWithDetails: (input, next) =>
      tracing.span(
        callOf("StartWorkflow", input.workflowType, input.options.workflowId),
        () => next(joined(input)),
      ),
    signalWithStart: (input, next) =>
      tracing.span(
        callOf(
          "SignalWithStartWorkflow",
          input.workflowType,
          input.options.workflowId,
        ),
        () => next(joined(input)),
      ),
    signal: (input, next) =>
      tracing.span(
        callOf("SignalWorkflow", input.signalName, idOf(input)),
        () => next(input),
      ),
    startUpdate: (input, next) =>
      tracing.span(
        callOf("UpdateWorkflow", input.updateName, idOf(input)),
        () => next(input),
      ),
    cancel: (input, next) =>
      tracing.span(callOf("CancelWorkflow", null, idOf(input)), () =>
        next(input),
      ),
    terminate: (input, next) =>
      tracing.span(callOf("TerminateWorkflow", null, idOf(input)), () =>
        next(input),
      ),
  };
}

type Started = { readonly headers: Parameters<typeof withCarrier>[0] };

function idOf(input: {
  readonly workflowExecution: { readonly workflowId?: string | null };
}): string | null {
  return input.workflowExecution.workflowId ?? null;
}

function callOf(
  call: string,
  what: string | null,
  workflowId: string | null,
): SpanOptions {
  return {
    name: what === null ? call : `${call}:${what}`,
    kind: call.includes("Start") ? "producer" : "client",
    attributes: { "temporal.workflow_id": workflowId },
  };
}
