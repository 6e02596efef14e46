import type { Overlap } from "../domain/plans/overlap.js";
import type { PackedRuns } from "../domain/plans/packed-runs.js";
import type { HeartbeatSettings } from "./workflow-settings.js";

/**
 * What a client asks of a worker and waits for, because only a worker holds the secrets and reaches the sources. Each is
 * a short workflow with one activity, both of this name; the activity is on the queue `<prefix>-ledger`.
 */
export interface WorkerRequests {
  /** The plan that a start would make. Writes nothing. */
  previewPlan(input: PreviewPlanInput): Promise<PlanPreview>;
  /** The first runs of a range, each with its records. */
  countRuns(input: CountRunsInput): Promise<PackedRuns>;
  /** Reads what the source offers, then writes and removes a probe at the destination. */
  testExport(input: DefinitionPin): Promise<ExportTest>;
}

export type WorkerRequestType = keyof WorkerRequests;

export type WorkerRequestInput<Type extends WorkerRequestType> = Parameters<
  WorkerRequests[Type]
>[0];

export type WorkerAnswer<Type extends WorkerRequestType> = Awaited<
  ReturnType<WorkerRequests[Type]>
>;

/** Of the workflow that answers a request; its activity gets the request alone. */
export interface AnswerInput<
  Type extends WorkerRequestType,
> extends HeartbeatSettings {
  readonly request: WorkerRequestInput<Type>;
}

/** An update that does nothing but be accepted: whoever gets its answer knows that a worker has taken the request. */
export const takenUpdateName = "taken";

/** Names a version of an export's definition. The worker reads it in the ledger, so that no history holds one. */
export interface DefinitionPin {
  readonly batchExportId: string;
  readonly definitionVersion: number;
}

/** RFC 3339, on boundaries of the interval. A null start: without a beginning. */
export interface WireRange {
  readonly start: string | null;
  readonly end: string;
}

export interface PreviewPlanInput extends DefinitionPin {
  /** RFC 3339, on boundaries of the interval. A null start: from the earliest data. */
  readonly start: string | null;
  readonly end: string;
  readonly order: "oldest" | "newest";
  /** Which intervals of the range, as `selectionText` writes it. */
  readonly only: string;
  /** What it is to do beside open backfills. */
  readonly overlap: Overlap;
  /** What of the range is free for it, where it is to be trimmed. */
  readonly within?: readonly WireRange[];
  /** How many runs from either end the answer lists. */
  readonly shownRuns: number;
}

export interface PlanPreview {
  readonly digest: string;
  readonly totalRuns: number;
  /** Known to hold no record, with nothing at the destination. */
  readonly emptyRuns: number;
  readonly adjustedStart: string | null;
  readonly expectedRecords: number | null;
  readonly warnings: readonly string[];
  /** Oldest first. No run is in both. */
  readonly first: PackedRuns;
  readonly last: PackedRuns;
}

export interface CountRunsInput extends DefinitionPin {
  /** RFC 3339, on boundaries of the interval. */
  readonly start: string;
  readonly end: string;
  /** Which intervals of the range, as `selectionText` writes it. */
  readonly only: string;
  /** What of the range is free, where it is to be trimmed. */
  readonly within?: readonly WireRange[];
  /** The answer holds so many runs at most, from the start on. */
  readonly limit: number;
  /** False: the runs alone, without asking the source. */
  readonly counted: boolean;
}

export interface ExportTest {
  readonly columns: readonly string[];
  readonly warnings: readonly string[];
  /** What identifies the destination: `files:/exports/flights`. */
  readonly destination: string;
}
