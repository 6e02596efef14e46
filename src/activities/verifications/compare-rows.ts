import { programVersion } from "../../config/version.js";
import type { Finding } from "../../contract/objects/verification.js";
import { formatInstant } from "../../domain/time/instant.js";
import type { RunToVerify } from "../../store/verifications/verification-rows.js";
import type { FormatInput } from "../../transfer/format.js";
import { createRecordReader } from "../../transfer/formats/format-registry.js";
import type { StoredBytes } from "../../transfer/formats/stored-bytes.js";
import { RowsDigest, type RowsSum } from "../../transfer/rows-digest.js";
import type { PinnedVerification } from "./verification-session.js";

/** Whether the rows in a run's objects are those that the source has now, in any order. */
export async function compareRows(
  session: PinnedVerification,
  run: RunToVerify,
): Promise<readonly Finding[]> {
  const stored = await storedRows(session, run);
  const fresh = await freshRows(session, run);
  // That their number differs is told by the count.
  if (stored.records !== fresh.records) return [];
  if (stored.sha256Sum === fresh.sha256Sum) return [];
  return [
    {
      kind: "rows",
      key: null,
      expected: factsOf(stored),
      actual: factsOf(fresh),
    },
  ];
}

function factsOf({ records, sha256Sum }: RowsSum) {
  return { records, rows_sha256_sum: sha256Sum };
}

async function storedRows(
  { destination, definition, signal }: PinnedVerification,
  { files }: RunToVerify,
): Promise<RowsSum> {
  const digest = new RowsDigest();
  const reader = createRecordReader(definition.format);
  for (const { key, records, bytes } of files) {
    if (records === 0) continue; // a manifest
    const file: StoredBytes = {
      sizeBytes: bytes,
      read: (fromByte) => destination.read(key, signal, fromByte),
    };
    for await (const row of reader.stored(file)) digest.add(row);
  }
  return digest.result();
}

/** They go through the same format as the run's did, but for the compression, and are taken apart in the same way. */
async function freshRows(
  session: PinnedVerification,
  run: RunToVerify,
): Promise<RowsSum> {
  const { definition, output, source, signal, batchExportId } = session;
  const rows = source.rows(
    {
      interval: { startMs: run.start_ms, endMs: run.end_ms },
      encoding: output.format.rowEncoding,
      label: `verify/${session.verification.backfill_id}/${String(run.ordinal)}`,
      expectedRecords: run.records,
    },
    signal,
  );
  const input: FormatInput = {
    columns: await rows.columns(),
    chunks: rows,
    facts: {
      batchExportId,
      exportName: definition.name,
      dataIntervalStart: formatInstant(run.start_ms),
      dataIntervalEnd: formatInstant(run.end_ms),
      refillVersion: programVersion(),
    },
  };
  const digest = new RowsDigest();
  const reader = createRecordReader(definition.format);
  for await (const row of reader.arriving(input)) digest.add(row);
  return digest.result();
}
