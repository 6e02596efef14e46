import { randomUUID } from "node:crypto";
import type { Destination } from "../destination.js";

const probeText =
  "Refill was here to see whether it can write. Safe to delete.\n";

/** Stages, publishes and removes an object of its own: all that a run asks of a destination of objects. */
export async function probeDestination(
  destination: Destination,
): Promise<void> {
  const key = `.refill-probe-${randomUUID()}`;
  const writer = await destination.stage({
    descriptor: destination.describeStaged(key, 1),
    columns: [],
    origin: null,
    label: "probe",
    interval: { startMs: 0, endMs: 1 },
    record: () => Promise.resolve(), // no one comes after a probe
    signal: new AbortController().signal,
  });
  try {
    await writer.write(Buffer.from(probeText));
    await writer.finish();
    await writer.publish();
  } catch (error) {
    await writer.discard();
    throw error;
  }
  await destination.removePublished([key]);
}
