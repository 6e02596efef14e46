import type { Client } from "@temporalio/client";
import { historyToJSON } from "@temporalio/common/lib/proto-utils.js";
import { backfillWorkflowId } from "../../../src/contract/backfill-workflow.js";
import type { Installation } from "../backfill/installation.js";

/** What the histories of a backfill tell of the workers that took its workflow's steps. */
export interface Steps {
  /** For each Temporal run, from the first to the last: the versions that took steps in it, in order, each once. */
  readonly versions: readonly (readonly string[])[];
  /** What workers said of steps that they could not take. */
  readonly failures: readonly string[];
  readonly hasPatchMarker: boolean;
}

const continuedAsNew = "workflowExecutionContinuedAsNewEventAttributes";

interface HistoryEvent {
  readonly eventType: string;
  readonly workflowTaskStartedEventAttributes?: { readonly identity: string };
  readonly workflowTaskFailedEventAttributes?: {
    readonly failure: { readonly message: string };
  };
  readonly markerRecordedEventAttributes?: { readonly markerName: string };
  readonly [continuedAsNew]?: { readonly newExecutionRunId: string };
}

/** Of a backfill's first generation. */
export async function stepsOf(
  { temporal }: Pick<Installation, "temporal">,
  id: string,
  firstRunId: string,
): Promise<Steps> {
  const workflowId = backfillWorkflowId(id, 1);
  const chain: (readonly HistoryEvent[])[] = [];
  let runId: string | null = firstRunId;
  while (runId !== null) {
    const events = await eventsOf(temporal, { workflowId, runId });
    chain.push(events);
    runId = events.at(-1)?.[continuedAsNew]?.newExecutionRunId ?? null;
  }
  const events = chain.flat();
  return {
    versions: chain.map(versionsIn),
    failures: events.flatMap(
      (event) => event.workflowTaskFailedEventAttributes?.failure.message ?? [],
    ),
    hasPatchMarker: events.some(
      (event) =>
        event.markerRecordedEventAttributes?.markerName === "core_patch",
    ),
  };
}

async function eventsOf(
  temporal: Client,
  run: { readonly workflowId: string; readonly runId: string },
): Promise<readonly HistoryEvent[]> {
  const handle = temporal.workflow.getHandle(run.workflowId, run.runId);
  const json = historyToJSON(await handle.fetchHistory());
  return (JSON.parse(json) as { readonly events: readonly HistoryEvent[] })
    .events;
}

function versionsIn(events: readonly HistoryEvent[]): readonly string[] {
  const versions = events.flatMap((event) => {
    const identity = event.workflowTaskStartedEventAttributes?.identity;
    return identity === undefined
      ? []
      : [/^refill ([^,]+), /.exec(identity)?.[1] ?? identity];
  });
  return [...new Set(versions)];
}
