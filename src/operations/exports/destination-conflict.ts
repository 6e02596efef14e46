import type {
  BatchExportDefinition,
  DestinationDefinition,
  PostgresDestinationDefinition,
} from "../../definition/definition.js";
import { RefillError } from "../../domain/errors.js";
import {
  canBeSame,
  canContain,
  digits,
  type KeyPattern,
  keyPattern,
  textPattern,
} from "../../domain/keys/key-pattern.js";
import { parseTableName } from "../../domain/table-name.js";
import type { Queryable } from "../../store/database/queryable.js";
import { listExportRows } from "../../store/exports/export-rows.js";
import { manifestSuffix, partDigits } from "../../transfer/file-keys.js";
import { createFormat } from "../../transfer/formats/format-registry.js";

type ObjectsDefinition = Exclude<
  DestinationDefinition,
  PostgresDestinationDefinition
>;

/**
 * Refuses a definition whose output could have the name of another export's, or of a folder of it: each would replace
 * the other's, or stand in its way.
 * @throws RefillError DESTINATION_SHARED
 */
export async function refuseSharedDestination(
  db: Queryable,
  definition: BatchExportDefinition,
  ownId: string | null,
): Promise<void> {
  const others = await listExportRows(db, null);
  const holder = others.find(
    (other) => other.id !== ownId && canCollide(definition, other.definition),
  );
  if (holder === undefined) return;
  throw new RefillError(
    "DESTINATION_SHARED",
    `Expected a destination of its own; got one in which ${nameOf(definition)} can be the same as what export ${holder.name} of team ${String(holder.team)} writes. Choose another path, key or table.`,
    { details: { export: holder.id, team: holder.team } },
  );
}

function nameOf({ destination }: BatchExportDefinition): string {
  return destination.type === "postgres"
    ? `the table ${destination.table}`
    : `the key ${destination.key}`;
}

/**
 * Whether two exports could ever write the same thing, or one a file where the other needs a folder. In S3 too: Amazon
 * keeps an object `a` and an object `a/b`, but MinIO, which takes both, lists only the first.
 */
export function canCollide(
  one: BatchExportDefinition,
  other: BatchExportDefinition,
): boolean {
  const [a, b] = [one.destination, other.destination];
  if (a.type === "postgres" || b.type === "postgres") {
    return (
      a.type === "postgres" &&
      b.type === "postgres" &&
      tableOf(a) === tableOf(b)
    );
  }
  if (storeOf(a) !== storeOf(b)) return false;
  return keysOf(one, a).some((key) =>
    keysOf(other, b).some(
      (otherKey) =>
        canBeSame(key, otherKey) ||
        canContain(key, otherKey) ||
        canContain(otherKey, key),
    ),
  );
}

/** A table belongs to one export: each run deletes what it does not know of its interval. */
function tableOf({ connection, table }: PostgresDestinationDefinition): string {
  return `${connection}/${JSON.stringify(parseTableName(table) ?? table)}`;
}

/** What keys are the names in: the files root, or a bucket. */
function storeOf(destination: ObjectsDefinition): string {
  switch (destination.type) {
    case "files":
      return "files";
    case "s3": {
      const { endpoint, bucket } = destination;
      const host = endpoint === null ? "" : new URL(endpoint).host;
      // A bucket's name is Amazon's wherever it is reached: by the region's host, or by none that is named.
      const isAmazon = amazonHost.test(host);
      return `s3:${isAmazon ? "" : host}/${bucket}`;
    }
  }
}

const amazonHost = /^s3([.-][a-z0-9-]+)*\.amazonaws\.com$/;

/** The patterns of all that an export writes: one file a run, or numbered ones and a manifest. */
function keysOf(
  { name, format }: BatchExportDefinition,
  destination: ObjectsDefinition,
): readonly KeyPattern[] {
  const folder =
    destination.type === "files"
      ? destination.path
      : (destination.prefix ?? "");
  const key = [
    ...textPattern(folder === "" ? "" : `${folder}/`),
    ...keyPattern(destination.key, name),
  ];
  const suffix = textPattern(
    format === null ? "" : createFormat(format).suffix,
  );
  return destination.max_file_size_mb === null
    ? [[...key, ...suffix]]
    : [
        [...key, ".", ...digits(partDigits), ...suffix],
        // From the 100,000th file of a run on the numbers have a digit more.
        [...key, ".", ...digits(partDigits + 1), ...suffix],
        [...key, ...textPattern(manifestSuffix)],
      ];
}
