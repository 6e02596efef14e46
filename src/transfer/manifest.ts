import type { FileObject } from "../contract/objects/run.js";
import type { FileFacts } from "./format.js";

/** What a manifest says: written after every file that it names, and read by whoever wants all of an interval. */
export function manifestBytes(
  facts: FileFacts,
  files: readonly FileObject[],
): Uint8Array {
  const manifest = {
    manifest_version: 1,
    batch_export: facts.batchExportId,
    name: facts.exportName,
    data_interval_start: facts.dataIntervalStart,
    data_interval_end: facts.dataIntervalEnd,
    records: files.reduce((sum, file) => sum + file.records, 0),
    files,
    refill_version: facts.refillVersion,
  };
  return Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
}
