import { readFile } from "node:fs/promises";
import { RefillError } from "../../domain/errors.js";
import { digestPattern } from "../../domain/plans/plan-digest.js";
import {
  type ApprovedPlan,
  approvedPlanOf,
} from "../../operations/plans/approved-plan.js";

/**
 * What `--plan` names: a plan by its digest, or a file with the JSON that `plan --json` printed.
 * @throws RefillError USAGE
 */
export async function readPlan(text: string): Promise<ApprovedPlan | null> {
  if (digestPattern.test(text)) return approvedPlanOf(text);
  const plan = await parsedFile(text);
  if (isPlan(plan)) return approvedPlanOf(plan);
  throw wrongPlan(`${text}, which holds no plan`);
}

async function parsedFile(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    throw wrongPlan(`${path}, which is neither`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw wrongPlan(`${path}, which is not JSON`);
  }
}

function isPlan(value: unknown): value is { readonly digest: string } {
  return (
    typeof value === "object" &&
    value !== null &&
    "digest" in value &&
    typeof value.digest === "string" &&
    digestPattern.test(value.digest)
  );
}

function wrongPlan(got: string): RefillError {
  return new RefillError(
    "USAGE",
    `Expected for --plan the digest that backfill plan prints, 64 hexadecimal digits, or a file with what backfill plan --json printed; got ${got}.`,
  );
}
