import type {
  Destination,
  StagedDescriptor,
  StagedWriter,
} from "../../src/transfer/destination.js";

/** Opens a staged object as a run would, of an interval and columns that do not matter. */
export function stageAt(
  destination: Destination,
  key: string,
  token: number,
  record: (descriptor: StagedDescriptor) => Promise<void> = () =>
    Promise.resolve(),
  signal = new AbortController().signal,
): Promise<StagedWriter> {
  return destination.stage({
    descriptor: destination.describeStaged(key, token),
    columns: [],
    origin: null,
    label: "test",
    interval: { startMs: 0, endMs: 86_400_000 },
    record,
    signal,
  });
}
