import type { DestinationAccess } from "../../src/transfer/destinations/destination-access.js";

/** What a worker that knows no secret gives a destination. */
export function noAccess(filesRoot: string): DestinationAccess {
  return {
    filesRoot,
    connection: () => Promise.reject(new Error("There is no connection.")),
    secret: () => Promise.reject(new Error("There is no secret.")),
    isHostAllowed: () => true,
    rows: {
      batchExportId: "0e5ff3f4-6d2c-4b0c-9a3e-1c6f0d6c9b11",
      timestampColumn: "at",
      timestampTimeZone: null,
      exportTimeZone: "UTC",
    },
  };
}
