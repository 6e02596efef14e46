import type { AccessPolicy } from "../config/config.js";
import { redact } from "../config/redact.js";
import {
  assertHostAllowed,
  resolveConnection,
  resolveSecret,
} from "../config/secrets.js";
import type { BatchExportDefinition } from "../definition/definition.js";
import type { Source, SourceColumn } from "./source.js";
import type { ConnectionSlots } from "./sources/postgres/connection-slots.js";
import { openPostgresSource } from "./sources/postgres/postgres-source.js";

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
 * Opens the source that a definition names; for a run, with the columns that its backfill's plan found.
 * @throws RefillError SECRET_*, SOURCE_HOST_NOT_ALLOWED
 */
export async function openSource(
  definition: BatchExportDefinition,
  access: ConnectionAccess,
  planned: readonly SourceColumn[] | null = null,
): Promise<Source> {
  const { connection } = definition.source;
  return openPostgresSource({
    connectionString: await resolveAllowed(connection, access),
    definition: definition.source,
    exportTimeZone: definition.timezone,
    isDefaultConnection: connection === "default",
    slots: access.slots ?? null,
    maxStreams: access.maxStreamsPerRun ?? 1,
    planned,
  });
}

/**
 * The connection string behind a reference, to a host that may be reached.
 * @throws RefillError SECRET_*, SOURCE_HOST_NOT_ALLOWED
 */
export async function resolveAllowed(
  reference: string,
  access: ConnectionAccess,
): Promise<string> {
  const connectionString = await resolve(reference, access);
  if (reference !== "default") {
    assertHostAllowed(connectionString, access.policy);
  }
  return connectionString;
}

function resolve(
  reference: string,
  { policy, env, defaultUrl }: ConnectionAccess,
): Promise<string> {
  return resolveConnection({ reference, access: policy, env, defaultUrl });
}

/** A text that may leave the process: without the connection string of the ledger, the source or the destination, the destination's keys, or a password. */
export async function withoutSecrets(
  text: string,
  definition: BatchExportDefinition,
  access: ConnectionAccess,
): Promise<string> {
  return (await secretsRemover(definition, access))(text);
}

/** What `withoutSecrets` does, for several texts. */
export async function secretsRemover(
  definition: BatchExportDefinition,
  access: ConnectionAccess,
): Promise<(text: string) => string> {
  const source = await resolve(definition.source.connection, access).catch(
    () => access.defaultUrl,
  );
  const held = await destinationSecrets(definition, access);
  return (text) => redact(text, [source, access.defaultUrl, ...held]);
}

/** Those that can be read: what can't be can't stand in a text either. */
async function destinationSecrets(
  { destination }: BatchExportDefinition,
  access: ConnectionAccess,
): Promise<readonly string[]> {
  const { policy, env } = access;
  if (destination.type === "files") return [];
  if (destination.type === "postgres") {
    return resolve(destination.connection, access).then(
      (url) => [url],
      () => [],
    );
  }
  const { access_key_id, secret_access_key } = destination;
  const references = [access_key_id, secret_access_key].filter(
    (reference) => reference !== null,
  );
  const read = await Promise.allSettled(
    references.map((reference) =>
      resolveSecret({ reference, access: policy, env }),
    ),
  );
  return read.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}
