import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { AttemptOutcome, RunMeter } from "../activities/runs/run-meter.js";

/** From an empty run to one of hours. */
const secondsBuckets = [0.01, 0.05, 0.25, 1, 5, 30, 120, 600, 3_600, 14_400];

/** From a slot that is free to a queue of hours. */
const waitBuckets = [0.05, 0.25, 1, 5, 30, 120, 600, 3_600];

/** What this worker has exported since it began, for Prometheus. */
export class RunMetrics implements RunMeter {
  readonly #registry = new Registry();
  readonly #inFlight = new Gauge({
    name: "refill_worker_runs_in_flight",
    help: "Runs that this worker is exporting.",
    registers: [this.#registry],
  });
  readonly #attempts = new Counter({
    name: "refill_worker_run_attempts_total",
    help: "Attempts at runs that this worker began.",
    registers: [this.#registry],
  });
  readonly #ended = new Counter({
    name: "refill_worker_run_attempts_ended_total",
    help: "Attempts of this worker that ended, by outcome.",
    labelNames: ["outcome"],
    registers: [this.#registry],
  });
  readonly #waits = new Histogram({
    name: "refill_worker_schedule_to_start_seconds",
    help: "How long activities that export waited in Temporal for a free slot of a worker, by task queue.",
    labelNames: ["queue"],
    buckets: waitBuckets,
    registers: [this.#registry],
  });
  readonly #reconciled = new Counter({
    name: "refill_worker_reconciled_backfills_total",
    help: "Backfills that this worker closed because their workflow had ended without doing so, by status.",
    labelNames: ["status"],
    registers: [this.#registry],
  });
  readonly #records = new Counter({
    name: "refill_worker_records_exported_total",
    help: "Records of the runs that this worker completed.",
    registers: [this.#registry],
  });
  readonly #bytes = new Counter({
    name: "refill_worker_exported_bytes_total",
    help: "Bytes that the runs completed by this worker left at their destinations.",
    registers: [this.#registry],
  });
  readonly #seconds = new Histogram({
    name: "refill_worker_run_duration_seconds",
    help: "From the claim of a run to its close, of those that this worker completed.",
    buckets: secondsBuckets,
    registers: [this.#registry],
  });
  readonly #failures = new Counter({
    name: "refill_worker_run_failures_total",
    help: "Attempts of this worker that failed, by error code.",
    labelNames: ["code"],
    registers: [this.#registry],
  });

  /** In the format that `contentType` names. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  began(): void {
    this.#attempts.inc();
    this.#inFlight.inc();
  }

  ended(outcome: AttemptOutcome): void {
    this.#inFlight.dec();
    this.#ended.inc({ outcome });
  }

  waited(queue: "exports" | "live", seconds: number): void {
    this.#waits.observe({ queue }, seconds);
  }

  reconciled(status: string): void {
    this.#reconciled.inc({ status });
  }

  completed({ records, bytes, seconds }: Parameters<RunMeter["completed"]>[0]) {
    this.#records.inc(records);
    this.#bytes.inc(bytes);
    this.#seconds.observe(seconds);
  }

  failed(code: string): void {
    this.#failures.inc({ code });
  }
}
