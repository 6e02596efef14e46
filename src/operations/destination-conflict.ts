import type {
  BatchExportDefinition,
  DestinationDefinition,
  PostgresDestinationDefinition,
} from "../definition/definition.js";
import { RefillError } from "../domain/errors.js";
import { parseTableName } from "../domain/table-name.js";
import { listExportRows } from "../store/batch-exports.js";
import type { Queryable } from "../store/queryable.js";

/**
 * Refuses a definition whose files would have the names of another export's: each would replace the other's output.
 * @throws RefillError DESTINATION_SHARED
 */
export async function refuseSharedDestination(
  db: Queryable,
  definition: BatchExportDefinition,
  ownId: string | null,
): Promise<void> {
  const place = placeOf(definition);
  const others = await listExportRows(db, null);
  const holder = others.find(
    (other) => other.id !== ownId && placeOf(other.definition) === place,
  );
  if (holder === undefined) return;
  throw new RefillError(
    "DESTINATION_SHARED",
    `Expected a destination of its own; got ${place}, where export ${holder.name} of team ${String(holder.team)} writes. Choose another path, key or table.`,
    { details: { export: holder.id, team: holder.team } },
  );
}

/** The folder and the key as one template, with all that is the same in every interval filled in. */
function placeOf({ name, destination }: BatchExportDefinition): string {
  if (destination.type === "postgres") return tablePlace(destination);
  const path = `${folderOf(destination)}/${destination.key}`;
  const filled = path.replaceAll("{name}", name);
  const segments = filled.split("/").filter((one) => one !== "" && one !== ".");
  return `${destination.type}:${segments.join("/")}`;
}

/** A table belongs to one export: each run deletes what it does not know of its interval. */
function tablePlace({
  connection,
  table,
}: PostgresDestinationDefinition): string {
  const name = parseTableName(table);
  return `postgres:${connection}/${JSON.stringify(name ?? table)}`;
}

function folderOf(
  destination: Exclude<DestinationDefinition, PostgresDestinationDefinition>,
): string {
  switch (destination.type) {
    case "files":
      return destination.path;
    case "s3": {
      const { endpoint, bucket, prefix } = destination;
      const host = endpoint === null ? "" : new URL(endpoint).host;
      return `${host}/${bucket}/${prefix ?? ""}`;
    }
  }
}
