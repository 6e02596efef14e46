import { Context } from "@temporalio/activity";
import { HEARTBEAT_INTERVAL_MS } from "../contract/workflow-settings.js";

/** Keeps the activity alive in Temporal's eyes while `work` goes on. */
export async function heartbeating<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  context.heartbeat();
  const timer = setInterval(() => {
    context.heartbeat();
  }, HEARTBEAT_INTERVAL_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
