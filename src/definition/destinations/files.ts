import { z } from "zod";
import { relativePathProblems } from "../../domain/keys/relative-path.js";
import type { DefinitionProblem } from "../definition-problem.js";
import { maxConcurrentRuns, maxFileSizeMb, orElse } from "../key-schemas.js";
import type { DestinationKind } from "./destination-kind.js";
import { keyProblems } from "./key-rules.js";

const schema = z.strictObject({
  type: z.literal("files"),
  /** A folder below the worker's files root. */
  path: z.string({ error: "the path of a folder below the files root" }),
  key: z.string({ error: "a template for the names of the files" }),
  max_file_size_mb: orElse(maxFileSizeMb, null),
  max_concurrent_runs: maxConcurrentRuns,
});

/** Files in a folder of the worker's machine. */
export const filesKind: DestinationKind<typeof schema> = {
  schema,
  problems: ({ path, key }, definition) => [
    ...pathProblems(path),
    ...keyProblems(key, definition),
  ],
  secretReferences: () => [],
  output: ({ path, key, max_file_size_mb }) => ({
    keeps: "objects",
    store: "files",
    folder: path,
    key,
    maxFileSizeMb: max_file_size_mb,
  }),
};

function pathProblems(path: unknown): readonly DefinitionProblem[] {
  if (typeof path !== "string") return [];
  return relativePathProblems(path).map((message) => ({
    path: "destination.path",
    message,
  }));
}
