import type { AuditObject } from "./objects/schedule.js";
import type { HeartbeatSettings } from "./workflow-settings.js";

/** The workflow types, as Temporal knows them. */
export const fireWorkflowType = "fireSchedule";
export const liveWorkflowType = "exportLive";
export const auditWorkflowType = "auditSchedule";

/** A signal to `exportLive`: there may be runs that it does not know of. */
export const wakeSignalName = "wake";

/** What Temporal's Schedules of an installation are called, before the id of the schedule in the ledger. */
export function schedulePrefixes(taskQueue: string) {
  return {
    fire: `${taskQueue}-schedule-`,
    audit: `${taskQueue}-audit-`,
  } as const;
}

/** What the workflow is called that exports the live runs of a schedule: there is one at a time. */
export function liveWorkflowId(scheduleId: string): string {
  return `live-${scheduleId}`;
}

/** Names a schedule of the ledger. */
export interface ScheduledExport {
  readonly scheduleId: string;
  /** What the export is called in Temporal's Web UI. */
  readonly exportName: string;
}

export interface FireInput extends ScheduledExport {
  /** How long after the nominal time the firing is recorded. */
  readonly delayMs: number;
  /** RFC 3339: a person asked for this firing, which then fires while the schedule is paused too. Null: Temporal did. */
  readonly triggeredFor: string | null;
}

export interface RecordFiringInput extends ScheduledExport {
  /** The nominal time, RFC 3339: intervals that closed after it are not meant. */
  readonly firedFor: string;
  readonly isTriggered: boolean;
}

/** What a firing came to. */
export interface Firing {
  /** Runs that it added to the ledger. */
  readonly newRuns: number;
  /** Of these, exports of an interval again. */
  readonly lookbackRuns: number;
  /** Why it added none; null where it did, or nothing had closed. */
  readonly ignored: "paused" | "deleted" | null;
}

/** Of the workflow that exports live runs: whoever starts it, a worker for a firing, gives it what is set there. */
export interface LiveInput extends ScheduledExport, HeartbeatSettings {}

export interface NextLiveRunsInput {
  readonly scheduleId: string;
  /** No lane is at work: a run that the ledger shows as at work is lost, and settled first. */
  readonly isIdle: boolean;
}

export interface NextLiveRuns {
  readonly openRuns: number;
  /** Of the open ones, those that could be claimed now. */
  readonly dueRuns: number;
  /** Runs of the schedule in flight at most. */
  readonly concurrency: number;
  /** How long until one is due, where none is. */
  readonly waitMs: number;
}

export interface ExportLiveInput {
  readonly scheduleId: string;
  /** The lane's place, from 0: it has the run in it to itself. */
  readonly slot: number;
}

export interface ExportLiveResult {
  readonly completed: number;
  readonly failed: number;
  /** Whether it stopped for its time, or its worker, with runs left. */
  readonly stoppedEarly: boolean;
}

/** Short work on the ledger's database, on the queue `<prefix>-ledger`. */
export interface ScheduleActivities {
  /** Writes down the runs of a firing, and sees to it that they are exported. Doing it again adds none. */
  recordFiring(input: RecordFiringInput): Promise<Firing>;
  nextLiveRuns(input: NextLiveRunsInput): Promise<NextLiveRuns>;
  /** Looks for gaps in the export's coverage and writes down what it found; closes them where that was asked for. */
  auditSchedule(input: ScheduledExport): Promise<AuditObject>;
  /** What is set for the worker: asked by what Temporal's Schedules start, since Temporal knows no configuration. */
  readSettings(): Promise<HeartbeatSettings>;
}

/** Exports, on the queue `<prefix>-live`: slots of their own, which no backfill can fill. */
export interface LiveActivities {
  /** Exports a schedule's open runs one after the other, and never fails because of a run. */
  exportLiveRuns(input: ExportLiveInput): Promise<ExportLiveResult>;
}
