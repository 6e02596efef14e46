import { z } from "zod";
import { findingKinds } from "../../domain/verifications/finding-kind.js";
import { verificationStatuses } from "../../domain/verifications/verification-status.js";
import { errorObject } from "./error.js";
import { instant, type Published, uuid } from "./published.js";

/** A verification. Completed says that every run was checked, not that nothing differs. */
export const verificationObject = z.object({
  id: uuid,
  backfill: uuid,
  deep: z.boolean(),
  status: z.enum(verificationStatuses),
  total_runs: z.int().describe("Completed runs when it was asked for"),
  checked_runs: z.int(),
  superseded_runs: z
    .int()
    .describe(
      "Of the checked: a later run has written their interval since, so that they have nothing to show",
    ),
  differing_runs: z.int(),
  findings_count: z.int(),
  error: errorObject.nullable(),
  created_at: instant,
  finished_at: instant.nullable(),
});

const findingFacts = z.object({
  records: z.exactOptional(z.int()),
  bytes: z.exactOptional(z.int()),
  sha256: z.exactOptional(z.string()),
  rows_sha256_sum: z.exactOptional(
    z
      .string()
      .describe("The sum of the SHA-256 of every row: the same in any order"),
  ),
});

const finding = z.object({
  kind: z.enum(findingKinds),
  key: z
    .string()
    .nullable()
    .describe("The object; null where it is about no single one"),
  expected: findingFacts
    .nullable()
    .describe("As recorded; for rows, as stored"),
  actual: findingFacts
    .nullable()
    .describe("As found now; for rows, as the source has them"),
});

/** One thing that differs from what a run recorded. */
const findingObject = z.object({
  run: z.int().describe("The run's number in its backfill"),
  data_interval_start: instant,
  data_interval_end: instant,
  ...finding.shape,
});

/** A verification with the first of its findings. */
export const verificationWithFindings = verificationObject.extend({
  findings: z.array(findingObject).describe("The first 1,000, by run"),
});

export type FindingFacts = Published<typeof findingFacts>;
export type Finding = Published<typeof finding>;
export type FindingObject = Published<typeof findingObject>;
export type VerificationObject = Published<typeof verificationObject>;
export type VerificationWithFindings = Published<
  typeof verificationWithFindings
>;
