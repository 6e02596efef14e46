import type { PostgresSourceDefinition } from "../../../definition/sources/postgres.js";
import { isRefillError, RefillError } from "../../../domain/errors.js";
import type { SourceFacts } from "../../source.js";
import { checkText } from "./check-text.js";
import { indexWarning } from "./index-warning.js";
import type { PostgresConnection } from "./postgres-connection.js";
import type { Relation } from "./relation.js";
import { rowSecurityWarning } from "./row-security-warning.js";

/**
 * Checks what a looked-up relation can't tell by itself: the definition's own SQL, its zone, what it hides, and whether an index helps.
 * @throws RefillError SOURCE_QUERY_INVALID, SOURCE_TIMESTAMP_INVALID
 */
export async function inspect(
  session: {
    readonly connection: PostgresConnection;
    readonly definition: PostgresSourceDefinition;
    readonly relation: Relation;
  },
  signal: AbortSignal,
): Promise<SourceFacts> {
  const { connection, definition, relation } = session;
  await checkZone(connection, relation.timestamp.zone, signal);
  await checkText(connection, definition, relation, signal);
  const warnings = [
    unusedZoneWarning(definition, relation),
    await rowSecurityWarning(connection, relation, signal),
    await indexWarning(connection, relation, signal),
  ];
  return {
    columns: relation.columns.map(({ name, typeName: type }) => ({
      name,
      type,
    })),
    origin: relation.origin,
    warnings: warnings.filter((warning) => warning !== null),
  };
}

/** The server has a list of zones of its own, which may lag behind. */
async function checkZone(
  connection: PostgresConnection,
  zone: string | null,
  signal: AbortSignal,
): Promise<void> {
  if (zone === null) return;
  try {
    await connection.query(
      { text: "select now() at time zone $1", values: [zone] },
      signal,
    );
  } catch (error) {
    if (!isRefillError(error) || error.code !== "SOURCE_DATA_INVALID") {
      throw error;
    }
    throw new RefillError(
      "SOURCE_TIMESTAMP_INVALID",
      `Expected a time zone that the source database knows, got ${zone}. Use an IANA name that its pg_timezone_names lists.`,
    );
  }
}

function unusedZoneWarning(
  definition: PostgresSourceDefinition,
  { timestamp }: Relation,
): string | null {
  return definition.timestamp_timezone !== null && timestamp.zone === null
    ? `timestamp_timezone is not used: ${timestamp.name} is a timestamp with time zone.`
    : null;
}
