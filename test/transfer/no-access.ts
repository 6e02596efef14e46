import type { DestinationAccess } from "../../src/transfer/destinations/destination-registry.js";

/** What a worker that knows no secret gives a destination. */
export function noAccess(filesRoot: string): DestinationAccess {
  return {
    filesRoot,
    connection: () => Promise.reject(new Error("There is no connection.")),
    secret: () => Promise.reject(new Error("There is no secret.")),
    isHostAllowed: () => true,
  };
}
