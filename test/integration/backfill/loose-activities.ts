import { MockActivityEnvironment } from "@temporalio/testing";
import { DefaultLogger } from "@temporalio/worker";
import {
  createExportActivities,
  createLedgerActivities,
} from "../../../src/activities/create-activities.js";
import { noTracing } from "../../../src/telemetry/tracing.js";
import { RunMetrics } from "../../../src/worker/run-metrics.js";
import type { Installation } from "./installation.js";

/** A worker's activities without the worker: nobody tells them that they have been given up. */
export function activitiesOf(refill: Installation, workerName: string) {
  const dependencies = {
    ...refill.context,
    connections: {
      policy: refill.config.access,
      env: refill.env,
      defaultUrl: refill.databaseUrl,
    },
    workerName,
    stopping: new AbortController().signal,
    meter: new RunMetrics(),
    tracing: noTracing,
  };
  return {
    ...createLedgerActivities(dependencies),
    ...createExportActivities(dependencies),
  };
}

export function inActivity<T>(work: () => Promise<T>): Promise<T> {
  const logger = new DefaultLogger("ERROR");
  return new MockActivityEnvironment({}, { logger }).run(work);
}

/** The steps of a backfill that no worker is at work on, each by a worker of its name. */
export function stepsOf(refill: Installation, id: string, workerName: string) {
  const fence = { backfillId: id, generation: 1 };
  const activities = activitiesOf(refill, workerName);
  return {
    plan: async () => {
      await inActivity(() =>
        activities.beginBackfill({ ...fence, executionIndex: 0 }),
      );
      await inActivity(() => activities.writePlan(fence));
    },
    /** Its first run. */
    exportFirst: () =>
      inActivity(() =>
        activities.exportRuns({
          ...fence,
          from: 0,
          to: 1,
          slot: 0,
          beginForMs: 10_000,
        }),
      ),
    finish: () =>
      inActivity(() =>
        activities.finishBackfill({
          ...fence,
          cancelled: false,
          planFailure: null,
        }),
      ),
  };
}
