import type { Finding } from "../../contract/verification.js";
import { programVersion } from "../../config/version.js";
import { formatInstant } from "../../domain/instant.js";
import type { RunToVerify } from "../../store/verifications.js";
import { decodeRecords } from "../../transfer/formats/decode-records.js";
import { RowsDigest, type RowsSum } from "../../transfer/rows-digest.js";
import { runOutputOf } from "../../transfer/run-output.js";
import type { VerificationSession } from "../verification-session.js";

/** Whether the rows in a run's objects are those that the source has now, in any order. */
export async function compareRows(
  session: VerificationSession,
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
  { destination, definition, signal }: VerificationSession,
  { files }: RunToVerify,
): Promise<RowsSum> {
  const digest = new RowsDigest();
  for (const { key, records } of files) {
    if (records === 0) continue; // a manifest
    const bytes = destination.read(key, signal);
    for await (const row of decodeRecords(bytes, definition.format)) {
      digest.add(row);
    }
  }
  return digest.result();
}

/** Goes through the same format as the run did, but for the compression, and is taken apart in the same way. */
async function freshRows(
  session: VerificationSession,
  run: RunToVerify,
): Promise<RowsSum> {
  const { definition, source, signal, batchExportId } = session;
  const format =
    definition.format === null
      ? null
      : ({ ...definition.format, compression: "none", level: null } as const);
  const { format: encoder } = runOutputOf({ ...definition, format });
  const rows = source.rows(
    {
      interval: { startMs: run.start_ms, endMs: run.end_ms },
      encoding: encoder.rowEncoding,
      label: `verify/${session.verification.backfill_id}/${String(run.ordinal)}`,
    },
    signal,
  );
  const bytes = encoder.encode({
    columns: await rows.columns(),
    chunks: rows,
    facts: {
      batchExportId,
      exportName: definition.name,
      dataIntervalStart: formatInstant(run.start_ms),
      dataIntervalEnd: formatInstant(run.end_ms),
      refillVersion: programVersion(),
    },
  });
  const digest = new RowsDigest();
  for await (const row of decodeRecords(bytes, format)) digest.add(row);
  return digest.result();
}
