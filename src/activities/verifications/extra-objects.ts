import type { Finding } from "../../contract/objects/verification.js";
import type { RunToVerify } from "../../store/verifications/verification-rows.js";
import type { StoredObject } from "../../transfer/destination.js";
import type { PinnedVerification } from "./verification-session.js";

/** A run by the key that all of its objects begin with, before a dot. */
type RunsByKey = ReadonlyMap<string, RunToVerify>;

/** What stands at the destination of some runs that none of them recorded, by the run's ordinal. */
export async function findExtra(
  session: PinnedVerification,
  runs: readonly RunToVerify[],
): Promise<ReadonlyMap<number, readonly Finding[]>> {
  return session.destination.countRows === undefined
    ? findExtraObjects(session, runs)
    : findExtraRows(session, runs);
}

/**
 * The objects under the keys of some runs that none of them recorded, by the run's ordinal. Each folder is listed once,
 * and of it only what begins as all of its keys do: a listing for each run would read a full folder again and again.
 */
async function findExtraObjects(
  { destination, output, signal }: PinnedVerification,
  runs: readonly RunToVerify[],
): Promise<ReadonlyMap<number, readonly Finding[]>> {
  const byKey: RunsByKey = new Map(
    runs.map((run) => [
      output.keyOf({ startMs: run.start_ms, endMs: run.end_ms }),
      run,
    ]),
  );
  const found = new Map<number, Finding[]>();
  for (const prefix of prefixesOf([...byKey.keys()])) {
    for await (const object of destination.list(prefix)) {
      signal.throwIfAborted();
      const run = ownerOf(object, byKey);
      if (run === null || isRecorded(run, object)) continue;
      const { key, bytes } = object;
      found.set(run.ordinal, [
        ...(found.get(run.ordinal) ?? []),
        { kind: "extra", key, expected: null, actual: { bytes } },
      ]);
    }
  }
  return found;
}

/** The rows in intervals of runs that wrote none: those of other runs are read back, and an extra one shows there. */
async function findExtraRows(
  { destination, output, signal }: PinnedVerification,
  runs: readonly RunToVerify[],
): Promise<ReadonlyMap<number, readonly Finding[]>> {
  const found = new Map<number, readonly Finding[]>();
  const empty = runs
    .filter(({ files }) => files.length === 0)
    .map((run) => ({ run, startMs: run.start_ms, endMs: run.end_ms }));
  if (empty.length === 0) return found;
  const counts = await destination.countRows?.(empty, signal);
  for (const [index, { run, ...interval }] of empty.entries()) {
    const records = counts?.[index] ?? 0;
    if (records === 0) continue;
    const key = output.keyOf(interval);
    found.set(run.ordinal, [
      { kind: "extra", key, expected: null, actual: { records } },
    ]);
  }
  return found;
}

function isRecorded(run: RunToVerify, { key }: StoredObject): boolean {
  return run.files.some((file) => file.key === key);
}

function ownerOf({ key }: StoredObject, byKey: RunsByKey): RunToVerify | null {
  const whole = byKey.get(key);
  if (whole !== undefined) return whole;
  for (let at = key.indexOf("."); at >= 0; at = key.indexOf(".", at + 1)) {
    const run = byKey.get(key.slice(0, at));
    if (run !== undefined) return run;
  }
  return null;
}

/** For each folder, what the keys in it have in common. */
function prefixesOf(keys: readonly string[]): readonly string[] {
  const byFolder = new Map<string, string>();
  for (const key of keys) {
    const folder = key.slice(0, key.lastIndexOf("/") + 1);
    byFolder.set(folder, commonStart(byFolder.get(folder) ?? key, key));
  }
  return [...byFolder.values()];
}

function commonStart(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return a.slice(0, length);
}
