import type { FileFacts } from "../../src/transfer/format.js";

/** Where a file comes from, for tests to which it does not matter. */
export const anyFacts: FileFacts = {
  batchExportId: "1f0c1f5e-0000-4000-8000-000000000001",
  exportName: "flights",
  dataIntervalStart: "2001-03-01T05:00:00Z",
  dataIntervalEnd: "2001-03-02T05:00:00Z",
  refillVersion: "0.0.0",
};
