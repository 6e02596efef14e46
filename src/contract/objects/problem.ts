import { z } from "zod";
import type { Published } from "./published.js";

/** One of the things that are wrong with a request. */
const problemItem = z.object({
  path: z
    .string()
    .describe("Where in the request: `body.start_at`, `query.limit`"),
  message: z.string(),
});

/** What every error is answered with: a problem document (RFC 9457) with a stable code. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    errors: z.array(problemItem),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "Problem" });

export type Problem = Published<typeof problem>;
export type ProblemItem = Published<typeof problemItem>;
