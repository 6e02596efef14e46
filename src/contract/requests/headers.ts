import { z } from "zod";

/** The header that makes a start safe to repeat. */
export const startHeaders = z.object({
  "idempotency-key": z.exactOptional(z.string().max(255)),
});

/** The header of a client that comes back to a stream of events. */
export const followHeaders = z.object({
  "last-event-id": z.exactOptional(z.string().max(100)),
});
