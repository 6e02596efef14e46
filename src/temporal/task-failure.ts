import type { Client, WorkflowExecutionDescription } from "@temporalio/client";

/** What was scheduled since is among them: one event for each lane of the widest window. */
const EVENTS_TO_LOOK_AT = 500;

/**
 * Why a workflow's code can't take its next step, as the last worker that tried has said: it steps out of line with the
 * history, or threw what is no answer. Null: it can, or a worker was lost in the middle of a step.
 */
export async function taskFailureOf(
  client: Client,
  { workflowId, runId, raw }: WorkflowExecutionDescription,
): Promise<string | null> {
  // An attempt above the first follows on a failure or a time-out; the events tell which.
  if ((raw.pendingWorkflowTask?.attempt ?? 1) <= 1) return null;
  const { history } =
    await client.workflowService.getWorkflowExecutionHistoryReverse({
      namespace: client.options.namespace,
      execution: { workflowId, runId },
      maximumPageSize: EVENTS_TO_LOOK_AT,
    });
  const end = history?.events?.find(
    (event) =>
      event.workflowTaskFailedEventAttributes != null ||
      event.workflowTaskTimedOutEventAttributes != null,
  );
  const failed = end?.workflowTaskFailedEventAttributes;
  if (failed == null) return null;
  return failed.failure?.message ?? "no reason was given";
}
