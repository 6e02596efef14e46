import { z } from "zod";
import { cancelModes } from "../../domain/backfills/cancel-mode.js";

const reason = z.exactOptional(z.string().min(1).max(1_000));

/** The body of a control: why, for the audit trail. */
export const reasonBody = z.strictObject({ reason }).nullable();

/** The body of a cancel. */
export const cancelBody = z
  .strictObject({
    reason,
    mode: z
      .enum(cancelModes)
      .default("stop")
      .describe(
        "drain: running exports end; stop: they are stopped; abort: the workflow is terminated",
      ),
  })
  .nullable();

/** The body of a change of concurrency. */
export const concurrencyBody = z.strictObject({
  reason,
  concurrency: z.int().min(0).max(500),
});

/** The body of what needs no words. */
export const emptyBody = z.strictObject({}).nullable();

/** The body that asks for a verification. */
export const verifyBody = z
  .strictObject({
    deep: z
      .boolean()
      .default(false)
      .describe("Compare row by row, not only counts and checksums"),
  })
  .nullable();
