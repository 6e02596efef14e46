import type { FinishVerificationInput } from "../../contract/verification.js";
import { closeVerification } from "../../store/verifications/verification-rows.js";
import type { ActivityDependencies } from "../dependencies.js";

/** Closes a verification. Fine when it is closed already. */
export async function finishVerification(
  { pool }: ActivityDependencies,
  { verificationId: id, status, failure }: FinishVerificationInput,
): Promise<void> {
  await closeVerification(pool, { id, status, failure });
}
