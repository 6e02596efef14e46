import type { VerificationStatus } from "../domain/verifications/verification-status.js";
import type { ErrorObject } from "./objects/error.js";
import type { HeartbeatSettings } from "./workflow-settings.js";

/** The workflow type, as Temporal knows it. */
export const verifyWorkflowType = "verifyBackfill";

/** What the workflow of a verification is called. */
export function verifyWorkflowId(verificationId: string): string {
  return `verify-${verificationId}`;
}

export interface VerifyInput extends HeartbeatSettings {
  readonly verificationId: string;
}

/** A piece of a verification, on the queue `<prefix>-exports`: that is where sources and destinations can be reached. */
export interface VerifyActivities {
  /** Looks at runs for a while, from where the last piece stopped, and writes what differs. */
  verifyRuns(
    input: Pick<VerifyInput, "verificationId">,
  ): Promise<{ readonly done: boolean }>;
}

export interface FinishVerificationInput {
  readonly verificationId: string;
  readonly status: Exclude<VerificationStatus, "Running">;
  readonly failure: ErrorObject | null;
}
