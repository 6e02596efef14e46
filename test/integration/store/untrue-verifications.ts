import { backfillId, completed, unknownId } from "./ledger-rows.js";
import type { Untruth } from "./untruth.js";

const id = "00000000-0000-4000-8000-0000000000e1";

/** SQL that inserts a verification of the backfill, one after the other. */
function verification(values = ""): string {
  return `
    ${completed}
    insert into refill.verification (id, backfill_id, deep, total_runs, requested_by)
    values ('${id}', '${backfillId}', false, 1, 'test');
    ${values === "" ? "" : `update refill.verification set ${values};`}`;
}

function update(values: string): string {
  return `update refill.verification set ${values}`;
}

function finding(columns: string, values: string): string {
  return `insert into refill.finding (verification_id, ordinal, number, ${columns}) values ('${id}', 0, 0, ${values})`;
}

/** Verifications and findings that cannot be. */
export const untrueVerifications: readonly Untruth[] = [
  [
    "a verification of no backfill",
    "verification_backfill_id_fkey",
    "",
    `insert into refill.verification (id, backfill_id, deep, total_runs, requested_by)
     values ('${id}', '${unknownId}', false, 1, 'test')`,
  ],
  [
    "two verifications of a backfill at once",
    "verification_is_alone_at_its_backfill",
    verification(),
    `insert into refill.verification (id, backfill_id, deep, total_runs, requested_by)
     values ('${unknownId}', '${backfillId}', false, 1, 'test')`,
  ],
  [
    "a verification with a status that no one knows",
    "verification_status_is_known",
    verification(),
    update("status = 'Done', finished_at = now()"),
  ],
  [
    "a verification that is closed and not finished",
    "verification_is_finished_when_closed",
    verification(),
    update("status = 'Completed'"),
  ],
  [
    "a verification that failed without an error",
    "verification_fails_with_its_error",
    verification(),
    update("status = 'Failed', finished_at = now()"),
  ],
  [
    "more runs that differ than were looked at",
    "verification_counts_add_up",
    verification(),
    update("differing_runs = 1, findings = 1"),
  ],
  [
    "a finding of no verification",
    "finding_verification_id_fkey",
    "",
    finding("kind", "'count'"),
  ],
  [
    "a finding of a kind that no one knows",
    "finding_kind_is_known",
    verification(),
    finding("kind, key", "'odd', 'key'"),
  ],
  [
    "a missing object without a name",
    "finding_names_its_object",
    verification(),
    finding("kind", "'missing'"),
  ],
];
