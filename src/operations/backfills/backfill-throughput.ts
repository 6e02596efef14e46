import type {
  PauseObject,
  ThroughputBucketObject,
  ThroughputObject,
} from "../../contract/objects/throughput.js";
import { pausesOf } from "../../domain/backfills/pauses.js";
import { formatInstant } from "../../domain/time/instant.js";
import { bucketSecondsFor } from "../../domain/time/time-buckets.js";
import { listCommands } from "../../store/backfills/backfill-commands.js";
import {
  type BucketRow,
  readLife,
  sumByBucket,
} from "../../store/backfills/throughput-buckets.js";
import { instantMs, rfc3339 } from "../../store/database/instant-text.js";
import type { OperationContext } from "../context.js";
import { findOrFail } from "./find-backfill.js";

/**
 * What a backfill got done over its life, in at most `buckets` stretches of time, and when it was paused.
 * @throws RefillError BACKFILL_NOT_FOUND
 */
export async function backfillThroughput(
  { pool }: Pick<OperationContext, "pool">,
  asked: { readonly id: string; readonly buckets: number },
): Promise<ThroughputObject> {
  const { id } = await findOrFail(pool, asked.id);
  const life = await readLife(pool, id);
  if (life === null) return beforeThePlan;
  const { started, ended, seconds } = life;
  const bucketSeconds = bucketSecondsFor(seconds, asked.buckets);
  const rows = await sumByBucket(pool, {
    backfillId: id,
    started,
    bucketSeconds,
  });
  const count = Math.max(1, Math.ceil(seconds / bucketSeconds));
  return {
    start: rfc3339(started),
    end: rfc3339(ended),
    bucket_seconds: bucketSeconds,
    buckets: bucketsOf(rows, count),
    pauses: await readPauses(pool, id, instantMs(ended)),
  };
}

const beforeThePlan: ThroughputObject = {
  start: null,
  end: null,
  bucket_seconds: 1,
  buckets: [],
  pauses: [],
};

const nothing: ThroughputBucketObject = {
  completed: 0,
  failed: 0,
  records: 0n,
  bytes: 0n,
};

/** A run that ends while it is being read about may lie just past the end: it counts as of the last bucket. */
function bucketsOf(
  rows: readonly BucketRow[],
  count: number,
): readonly ThroughputBucketObject[] {
  const buckets = Array.from({ length: count }, () => nothing);
  for (const row of rows) {
    const at = Math.min(Math.max(row.bucket, 0), count - 1);
    const known = buckets[at] ?? nothing;
    buckets[at] = {
      completed: known.completed + row.completed,
      failed: known.failed + row.failed,
      records: known.records + row.records,
      bytes: known.bytes + row.bytes,
    };
  }
  return buckets;
}

async function readPauses(
  pool: OperationContext["pool"],
  id: string,
  endMs: number,
): Promise<readonly PauseObject[]> {
  const commands = (await listCommands(pool, id)).map((command) => {
    const { concurrency } = command.arguments;
    return {
      atMs: instantMs(command.requested_at),
      kind: command.kind,
      concurrency: typeof concurrency === "number" ? concurrency : null,
    };
  });
  return pausesOf(commands, endMs).map((pause) => ({
    start: formatInstant(pause.startMs),
    end: formatInstant(pause.endMs),
  }));
}
