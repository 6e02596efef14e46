/** Where a verification stands. Completed says that every run was checked, not that nothing differs. */
export const verificationStatuses = [
  "Running",
  "Completed",
  "Failed",
  "Cancelled",
] as const;

export type VerificationStatus = (typeof verificationStatuses)[number];
