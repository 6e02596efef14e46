import type {
  FindingFacts,
  FindingObject,
  VerificationObject,
} from "../../contract/objects/verification.js";
import { formatBytes, formatCount } from "../terminal/figures.js";

/** `run 3  2001-03-04T00:00:00Z  missing  KEY: recorded 1.2 kB`. */
export function findingLine(of: FindingObject): string {
  const where = `run ${String(of.run)}  ${of.data_interval_start}  ${of.kind}`;
  return `${where}  ${of.key === null ? "" : `${of.key}: `}${differenceText(of)}`;
}

function differenceText({ kind, expected, actual }: FindingObject): string {
  switch (kind) {
    case "count":
      return `recorded ${recordsText(expected)}, the source now has ${recordsText(actual)}`;
    case "missing":
      return `recorded with ${bytesText(expected)}, not there`;
    case "changed":
      return actual?.sha256 === undefined
        ? `recorded with ${bytesText(expected)}, has ${bytesText(actual)}`
        : `recorded with SHA-256 ${expected?.sha256 ?? ""}, has ${actual.sha256}`;
    case "extra":
      return `no run recorded it, ${actual?.records === undefined ? bytesText(actual) : recordsText(actual)}`;
    case "rows":
      return `${recordsText(expected)} stored, and as many at the source, but not the same`;
  }
}

function recordsText(facts: FindingFacts | null): string {
  const records = facts?.records ?? 0;
  return `${formatCount(records)} record${records === 1 ? "" : "s"}`;
}

function bytesText(facts: FindingFacts | null): string {
  return formatBytes(facts?.bytes ?? 0);
}

function differText(runs: number): string {
  return runs === 1 ? "1 run differs" : `${formatCount(runs)} runs differ`;
}

/** What a verification came to, on one line. */
export function verificationText(of: VerificationObject): string {
  const superseded =
    of.superseded_runs === 0
      ? ""
      : `, ${formatCount(of.superseded_runs)} of them superseded by later runs`;
  const looked = `${formatCount(of.checked_runs)} completed run${of.checked_runs === 1 ? "" : "s"} looked at${superseded}`;
  switch (of.status) {
    case "Running":
      return `Verifying: ${looked}.\n`;
    case "Completed":
      return of.findings_count === 0
        ? `Nothing differs: ${looked}.\n`
        : `${differText(of.differing_runs)}: ${looked}.\n`;
    case "Failed":
      return `The verification failed: ${of.error?.code ?? "INTERNAL"}: ${of.error?.message ?? ""} (${looked})\n`;
    case "Cancelled":
      return `Cancelled: ${looked}.\n`;
  }
}
