import type { FileObject } from "../../contract/objects/run.js";
import type { Finding } from "../../contract/objects/verification.js";
import type { RunToVerify } from "../../store/verifications/verification-rows.js";
import { contentHash } from "../../transfer/content-hash.js";
import type { PinnedVerification } from "./verification-session.js";

/** Whether each object that a run recorded is there, with its size and its SHA-256. */
export async function checkFiles(
  session: PinnedVerification,
  { files }: RunToVerify,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const file of files) {
    const finding = await checkFile(session, file);
    if (finding !== null) findings.push(finding);
  }
  return findings;
}

async function checkFile(
  session: PinnedVerification,
  { key, bytes, sha256 }: FileObject,
): Promise<Finding | null> {
  const expected = { bytes, sha256 };
  const found = await session.destination.stat(key);
  if (found === null) return { kind: "missing", key, expected, actual: null };
  if (found.bytes !== bytes) {
    return { kind: "changed", key, expected, actual: { bytes: found.bytes } };
  }
  const actual = await readBack(session, key);
  return actual.bytes === bytes && actual.sha256 === sha256
    ? null
    : { kind: "changed", key, expected, actual };
}

async function readBack(
  { destination, signal }: PinnedVerification,
  key: string,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = contentHash(destination);
  let bytes = 0;
  for await (const chunk of destination.read(key, signal)) {
    hash.update(chunk);
    bytes += chunk.byteLength;
  }
  return { bytes, sha256: hash.hex() };
}
