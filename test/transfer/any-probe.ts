import type { ProbeFacts } from "../../src/transfer/destination.js";

/** What a test has a destination probed with where the columns don't matter: those of a table with a timestamp `at`. */
export const anyProbe: ProbeFacts = {
  columns: [{ name: "at", typeName: "timestamp with time zone" }],
  origin: null,
};
