import { expect } from "@jest/globals";
import {
  listFindings,
  readVerification,
  startVerification,
} from "../../../src/operations/backfills/verify-backfill.js";
import { type Installation, until } from "../backfill/installation.js";

/** Verifies backfills of an installation that a test makes before all else. */
export function verifierOf(installation: () => Installation) {
  const untilVerified = (id: string) =>
    until(async () => {
      const now = await readVerification(installation().context, { id });
      return now.status === "Running" ? null : now;
    });
  const verified = async (id: string, deep = false) => {
    const { context } = installation();
    const begun = await startVerification(context, { id, deep });
    const verification = await untilVerified(begun.id);
    const findings = [];
    for await (const { finding } of listFindings(context, begun)) {
      findings.push(finding);
    }
    expect(verification.findings_count).toBe(findings.length);
    return { verification, findings };
  };
  return {
    untilVerified,
    verified,
    /** `3 count` for each finding: the run's number, and the kind. */
    kindsOf: async (id: string, deep = false) => {
      const { findings } = await verified(id, deep);
      return findings.map(({ run, kind }) => `${String(run)} ${kind}`);
    },
  };
}
