/**
 * How often an activity says that its worker is alive. A cancel arrives with the answer, so it arrives within about a
 * second. The heartbeat time-out that operators set is at least three times as long.
 */
export const HEARTBEAT_INTERVAL_MS = 1_000;

/**
 * How long workflows wait, as set by whoever starts them. It is part of their input, so that a replay waits as long as the
 * first execution did, whatever the configuration is by then.
 */
export interface WorkflowSettings {
  /** A worker that has sent no heartbeat for so long is taken for dead, and its activities are given to another one. */
  readonly heartbeatTimeoutMs: number;
  /** How long the other lanes wait for a long run before a due continue-as-new is put off until that run has ended. */
  readonly continueAsNewPatienceMs: number;
  /** How long the first runs, which are tried one at a time, keep the others waiting. */
  readonly canaryLimitMs: number;
  /** How long a workflow whose ledger says that it is cancelled waits for Temporal's own cancel. */
  readonly cancelArrivalLimitMs: number;
}

/** Of workflows that only run activities. */
export type HeartbeatSettings = Pick<WorkflowSettings, "heartbeatTimeoutMs">;
