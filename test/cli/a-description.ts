import type { BackfillDescription } from "../../src/contract/backfill.js";

const at = "2001-07-01T00:00:00Z";

/** A description of a running backfill with 181 runs, 101 of them done; what a test is about is given. */
export function aDescription(
  given: Partial<BackfillDescription> = {},
): BackfillDescription {
  return {
    id: "0f8fad5b-d9cb-469f-a165-70867728950e",
    team: 1,
    batch_export: "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    start_at: null,
    end_at: null,
    adjusted_start_at: "2001-01-01T05:00:00Z",
    status: "Running",
    progress: { total_runs: 181, finished_runs: 101, progress: 0.558 },
    total_records_count: 3_000_000n,
    created_at: at,
    finished_at: null,
    last_updated_at: at,
    generation: 1,
    order: "oldest",
    concurrency: 4,
    stop_after: 5,
    paused: false,
    paused_at: null,
    paused_by: null,
    paused_reason: null,
    note: null,
    requested_by: "alice@host",
    definition_version: 1,
    plan_digest: "0".repeat(64),
    warnings: [],
    runs: {
      total: 181,
      starting: 76,
      running: 4,
      completed: 101,
      empty: 0,
      failed: 0,
      failed_retryable: 0,
      timed_out: 0,
      cancelled: 0,
      terminated: 0,
    },
    records_completed: 1_672_345n,
    bytes_exported: 123_456_789n,
    rate: {
      records_per_second: 412_345,
      runs_per_second: 24.1,
      eta_seconds: 4,
      eta_range_seconds: { low: 3, high: 9 },
    },
    error: null,
    failures: [],
    commands: [],
    cancel_requested_at: null,
    cancel_mode: null,
    temporal: {
      namespace: "default",
      workflow_id: "backfill-0f8fad5b-d9cb-469f-a165-70867728950e-1",
      first_execution_run_id: null,
      web_url: null,
    },
    ...given,
  };
}
