import { createHash } from "node:crypto";
import { toJson } from "../../contract/json.js";
import type { BackfillDescription } from "../../contract/objects/backfill-description.js";

/** One server-sent event. */
export interface BackfillMessage {
  readonly event: "status" | "progress" | "failures";
  /** What of each kind whoever has received this has seen: any server can go on from it. */
  readonly id: string;
  readonly data: string;
}

/** Where nothing has been seen yet. */
export const NOTHING_SEEN = "-.-.-";

/**
 * What has changed since an id: one message of each kind that differs. Messages are states, not steps, so that whoever
 * was away for a while gets the present one and misses nothing that still holds.
 */
export function messagesSince(
  description: BackfillDescription,
  seenId: string,
): readonly BackfillMessage[] {
  const seen = seenId.split(".");
  const messages: BackfillMessage[] = [];
  statesOf(description).forEach(({ event, data, told }, index) => {
    const digest = digestOf(told);
    if (seen[index] === digest) return;
    seen[index] = digest;
    messages.push({
      event,
      id: seen.slice(0, 3).join("."),
      data: toJson(data),
    });
  });
  return messages;
}

interface State {
  readonly event: BackfillMessage["event"];
  readonly data: unknown;
  /** The part of the data whose change is worth a message. */
  readonly told: unknown;
}

function statesOf(of: BackfillDescription): readonly State[] {
  const status = {
    status: of.status,
    adjusted_start_at: of.adjusted_start_at,
    total_records_count: of.total_records_count,
    concurrency: of.concurrency,
    paused: of.paused,
    paused_reason: of.paused_reason,
    generation: of.generation,
    error: of.error,
    cancel_requested_at: of.cancel_requested_at,
    finished_at: of.finished_at,
  };
  const counts = {
    progress: of.progress,
    runs: of.runs,
    records_completed: of.records_completed,
    bytes_exported: of.bytes_exported,
  };
  // A rate differs at every look, so that it goes along, and is news only where there was none.
  const isMeasured = (of.rate?.eta_seconds ?? null) !== null;
  return [
    { event: "status", data: status, told: status },
    {
      event: "progress",
      data: { ...counts, rate: of.rate },
      told: { ...counts, isMeasured },
    },
    { event: "failures", data: of.failures, told: of.failures },
  ];
}

function digestOf(value: unknown): string {
  return createHash("sha256").update(toJson(value)).digest("hex").slice(0, 12);
}
