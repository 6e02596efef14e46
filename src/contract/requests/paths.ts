import { z } from "zod";

const team = z.string().describe("The team's number");
const ofExport = z.string().describe("The export's id or name");

/** What names a team in a path. */
export const teamParams = z.object({ team });

/** What names an export in a path. */
export const exportParams = z.object({ team, export: ofExport });

/** What names a backfill in a path. */
export const backfillParams = exportParams.extend({ id: z.string() });

/** What names a run of a backfill in a path. */
export const runParams = backfillParams.extend({
  run: z.string().describe("Its number, or a time inside of its interval"),
});

/** What names a verification of a backfill in a path. */
export const verificationParams = backfillParams.extend({
  verification: z.string(),
});

export type ExportParams = z.output<typeof exportParams>;
export type BackfillParams = z.output<typeof backfillParams>;
export type VerificationParams = z.output<typeof verificationParams>;
