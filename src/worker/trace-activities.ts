import type {
  ActivityInterceptorsFactory,
  InjectedSinks,
} from "@temporalio/worker";
import type { TraceSinks } from "../contract/trace-context.js";
import type { SpanAttributes, Tracing } from "../telemetry/tracing.js";
import { carrierIn } from "../temporal/trace-header.js";

/** Looks every 25 s whether there is anything to do: it would bury the traces of what somebody asked for. */
const silentActivities = new Set(["reconcileBackfills"]);

/** Makes a span of each activity, in the trace of its workflow, and names it in what the activity logs. */
export function tracedActivities(
  tracing: Tracing,
): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      execute: (input, next) => {
        const parent = carrierIn(input.headers);
        if (parent === null && silentActivities.has(info.activityType)) {
          return next(input);
        }
        const attributes = {
          "temporal.workflow_id": info.workflowExecution?.workflowId ?? null,
          "temporal.run_id": info.workflowExecution?.runId ?? null,
          "temporal.activity_id": info.activityId,
          "temporal.attempt": info.attempt,
          ...subjectOf(input.args[0]),
        };
        return tracing.span(
          {
            name: `RunActivity:${info.activityType}`,
            kind: "consumer",
            attributes,
            parent,
          },
          () => next(input),
        );
      },
    },
    outbound: {
      getLogAttributes: (input, next) => {
        const ids = tracing.ids();
        if (ids === null) return next(input);
        return next({ ...input, trace_id: ids.traceId, span_id: ids.spanId });
      },
    },
  });
}

/** What an activity is about, where its input says so. */
function subjectOf(input: unknown): SpanAttributes {
  const { backfillId, scheduleId } = (input ?? {}) as Readonly<
    Record<string, unknown>
  >;
  return {
    "refill.backfill.id": typeof backfillId === "string" ? backfillId : null,
    "refill.schedule.id": typeof scheduleId === "string" ? scheduleId : null,
  };
}

/** Where workflows tell of their end; a replay tells nothing again. Without tracing it is there too, and does nothing. */
export function traceSinks(tracing: Tracing): InjectedSinks<TraceSinks> {
  return {
    trace: {
      ended: {
        callDuringReplay: false,
        fn: ({ workflowType, workflowId, runId, runStartTime }, end) => {
          tracing.record({
            name: `RunWorkflow:${workflowType}`,
            kind: "consumer",
            attributes: {
              "temporal.workflow_id": workflowId,
              "temporal.run_id": runId,
              "refill.outcome": end.outcome,
            },
            parent: end.parent,
            spanId: end.spanId,
            startMs: runStartTime.getTime(),
            endMs: Date.now(),
            failure: end.outcome === "failed" ? "WorkflowFailed" : null,
          });
        },
      },
    },
  };
}
