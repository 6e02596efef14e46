import { Context } from "@temporalio/activity";
import type {
  ExportActivities,
  LedgerActivities,
} from "../contract/activities.js";
import type {
  LiveActivities,
  ScheduleActivities,
} from "../contract/schedule.js";
import type { VerifyActivities } from "../contract/verification.js";
import type { WorkerRequests } from "../contract/worker-requests.js";
import { reconcileBackfills } from "../operations/reconcile-backfills.js";
import { reconcileSchedules } from "../operations/reconcile-schedules.js";
import { activityFailure } from "./activity-failure.js";
import { auditSchedule } from "./audit-schedule.js";
import { beginBackfill, handOver } from "./begin-backfill.js";
import { countRuns } from "./count-runs.js";
import type { ActivityDependencies } from "./dependencies.js";
import { exportLiveRuns } from "./export-live-runs.js";
import { exportRuns } from "./export-runs.js";
import { finishBackfill } from "./finish-backfill.js";
import { finishVerification } from "./finish-verification.js";
import { heartbeating } from "./heartbeat.js";
import { lookInQueue } from "./look-in-queue.js";
import { nextBatches } from "./next-batches.js";
import { nextLiveRuns } from "./next-live-runs.js";
import { planBackfill } from "./plan-backfill.js";
import { previewPlan } from "./preview-plan.js";
import { recordFiring } from "./record-firing.js";
import { testExport } from "./test-export.js";
import { verifyRuns } from "./verify-runs.js";

/** The activities of the ledger's task queue. */
export function createLedgerActivities(
  dependencies: ActivityDependencies,
): LedgerActivities & ScheduleActivities & WorkerRequests {
  const bind = binder(dependencies);
  const reconcile = bind((deps) =>
    heartbeating(async () => {
      const signal = Context.current().cancellationSignal;
      const summary = await reconcileBackfills(deps, signal);
      for (const { status } of summary.closed) deps.meter.reconciled(status);
      const schedules = await reconcileSchedules(deps, signal);
      return { ...summary, problems: [...summary.problems, ...schedules] };
    }),
  );
  return {
    lookInQueue: bind(lookInQueue),
    beginBackfill: bind(beginBackfill),
    planBackfill: bind(planBackfill),
    nextBatches: bind(nextBatches),
    handOver: bind(handOver),
    finishBackfill: bind(finishBackfill),
    finishVerification: bind(finishVerification),
    reconcileBackfills: () => reconcile(undefined),
    recordFiring: bind(recordFiring),
    nextLiveRuns: bind(nextLiveRuns),
    auditSchedule: bind(auditSchedule),
    previewPlan: bind(previewPlan),
    countRuns: bind(countRuns),
    testExport: bind(testExport),
  };
}

/** The activities of the exports' task queue. */
export function createExportActivities(
  dependencies: ActivityDependencies,
): ExportActivities & VerifyActivities {
  const bind = binder(dependencies);
  return { exportRuns: bind(exportRuns), verifyRuns: bind(verifyRuns) };
}

/** The activities of the live runs' task queue. */
export function createLiveActivities(
  dependencies: ActivityDependencies,
): LiveActivities {
  return { exportLiveRuns: binder(dependencies)(exportLiveRuns) };
}

type Activity<Input, Result> = (
  dependencies: ActivityDependencies,
  input: Input,
) => Promise<Result>;

function binder(dependencies: ActivityDependencies) {
  return <Input, Result>(activity: Activity<Input, Result>) =>
    async (input: Input): Promise<Result> => {
      try {
        return await activity(dependencies, input);
      } catch (error) {
        throw activityFailure(error);
      }
    };
}
