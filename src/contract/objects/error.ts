import { z } from "zod";
import type { Published } from "./published.js";

/** Why a run, a plan or a verification failed. */
export const errorObject = z.object({
  code: z.string(),
  message: z.string(),
  retryable: z.boolean(),
});

export type ErrorObject = Published<typeof errorObject>;
