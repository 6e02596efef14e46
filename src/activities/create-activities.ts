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
import { reconcileBackfills } from "../operations/backfills/reconcile-backfills.js";
import { reconcileSchedules } from "../operations/schedules/reconcile-schedules.js";
import { activityFailure } from "./activity-failure.js";
import { backfillsAhead } from "./backfills/backfills-ahead.js";
import {
  beginBackfill,
  writeContinuedAsNew,
} from "./backfills/begin-backfill.js";
import { finishBackfill } from "./backfills/finish-backfill.js";
import { nextBatches } from "./backfills/next-batches.js";
import type { ActivityDependencies } from "./dependencies.js";
import { heartbeating } from "./heartbeat.js";
import { countRuns } from "./plans/count-runs.js";
import { previewPlan } from "./plans/preview-plan.js";
import { writePlan } from "./plans/write-plan.js";
import { testExport } from "./requests/test-export.js";
import { exportRuns } from "./runs/export-runs.js";
import { auditSchedule } from "./schedules/audit-schedule.js";
import { exportLiveRuns } from "./schedules/export-live-runs.js";
import { nextLiveRuns } from "./schedules/next-live-runs.js";
import { recordFiring } from "./schedules/record-firing.js";
import { finishVerification } from "./verifications/finish-verification.js";
import { verifyRuns } from "./verifications/verify-runs.js";

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
    backfillsAhead: bind(backfillsAhead),
    beginBackfill: bind(beginBackfill),
    writePlan: bind(writePlan),
    nextBatches: bind(nextBatches),
    writeContinuedAsNew: bind(writeContinuedAsNew),
    finishBackfill: bind(finishBackfill),
    finishVerification: bind(finishVerification),
    reconcileBackfills: () => reconcile(undefined),
    recordFiring: bind(recordFiring),
    nextLiveRuns: bind(nextLiveRuns),
    auditSchedule: bind(auditSchedule),
    readSettings: () => {
      const { heartbeatTimeoutMs } = dependencies.config.workflows;
      return Promise.resolve({ heartbeatTimeoutMs });
    },
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
