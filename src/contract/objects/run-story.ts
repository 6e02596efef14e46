import { z } from "zod";
import { runStatuses } from "../../domain/backfills/status.js";
import { errorObject } from "./error.js";
import { instant, type Published, uuid } from "./published.js";
import { runObject } from "./run.js";

const attemptObject = z.object({
  generation: z
    .int()
    .describe("Of the backfill: 1, and one more with each retry"),
  attempt: z.int().describe("Counts from 1 in each generation"),
  worker: z.string(),
  token: z
    .int()
    .describe(
      "Of the claim on the interval: what is published names the one that wrote it",
    ),
  began_at: instant.nullable(),
  ended_at: instant.nullable(),
  became: z
    .enum(runStatuses)
    .describe(
      "The run's status after it; Starting: it will be tried again; Running: it is in progress",
    ),
  error: errorObject.nullable(),
});

const outputObject = z.object({
  destination: z.string(),
  run: uuid,
  backfill: uuid.nullable().describe("Null for a live run"),
  token: z.int(),
  keys: z.array(z.string()),
});

/** What `backfill explain` says about one run: all that the ledger knows. */
export const runStoryObject = z
  .object({
    run: runObject,
    planned: z.object({
      at: instant,
      digest: z.string(),
      definition_version: z
        .int()
        .describe("The definition that the plan was made with"),
      reason: z
        .string()
        .describe("Why there is such a run, and what the plan knew of it"),
    }),
    definition_version: z
      .int()
      .describe("The definition that it was, or will be, exported under"),
    attempts: z.array(attemptObject).describe("Oldest first"),
    next_attempt_at: instant.nullable(),
    output: outputObject
      .nullable()
      .describe(
        "What stands at the destination for its interval, and who wrote it",
      ),
  })
  .meta({ id: "BatchExportRunStory" });

export type AttemptObject = Published<typeof attemptObject>;
export type OutputObject = Published<typeof outputObject>;
export type RunStoryObject = Published<typeof runStoryObject>;
