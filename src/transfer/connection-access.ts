import type { AccessPolicy } from "../config/config.js";
import { assertHostAllowed, resolveConnection } from "../config/secrets.js";
import type { ConnectionSlots } from "./sources/postgres/connection-slots.js";

/** What it takes to turn a reference into a connection. Lives only in the process that opens it. */
export interface ConnectionAccess {
  readonly policy: AccessPolicy;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What `default` stands for: the ledger's own database. */
  readonly defaultUrl: string;
  /** What bounds a worker's connections to each source. Absent where a process makes one at a time. */
  readonly slots?: ConnectionSlots;
  /** Connections that the rows of one large run may be read on at a time; 1 where absent. */
  readonly maxStreamsPerRun?: number;
}

/**
 * The connection string behind a reference, to a host that may be reached.
 * @throws RefillError SECRET_*, SOURCE_HOST_NOT_ALLOWED
 */
export async function resolveAllowed(
  reference: string,
  { policy, env, defaultUrl }: ConnectionAccess,
): Promise<string> {
  const connectionString = await resolveConnection({
    reference,
    access: policy,
    env,
    defaultUrl,
  });
  if (reference !== "default") assertHostAllowed(connectionString, policy);
  return connectionString;
}
