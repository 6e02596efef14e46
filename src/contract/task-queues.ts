/**
 * The task queues of one installation. Database work has its own, so that it never waits behind long exports; so have live
 * runs, which no backfill may keep waiting.
 */
export interface TaskQueues {
  readonly workflows: string;
  readonly ledger: string;
  readonly exports: string;
  readonly live: string;
}

/** The queues that belong to a prefix. The workflows' own queue is the prefix itself, so a workflow can tell the others. */
export function taskQueuesOf(prefix: string): TaskQueues {
  return {
    workflows: prefix,
    ledger: `${prefix}-ledger`,
    exports: `${prefix}-exports`,
    live: `${prefix}-live`,
  };
}
