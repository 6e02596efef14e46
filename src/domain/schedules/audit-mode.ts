/** What to do about gaps at night: nothing, write them down, or start the backfills that close them as well. */
export const auditModes = ["off", "report", "repair"] as const;

export type AuditMode = (typeof auditModes)[number];
