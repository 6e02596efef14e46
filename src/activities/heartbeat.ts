import { Context } from "@temporalio/activity";

/** Often enough that a cancel, which only comes with the answer to a heartbeat, arrives within about a second. */
const HEARTBEAT_EVERY_MS = 1_000;

/** Keeps the activity alive in Temporal's eyes while `work` goes on. */
export async function heartbeating<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  context.heartbeat();
  const timer = setInterval(() => {
    context.heartbeat();
  }, HEARTBEAT_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
