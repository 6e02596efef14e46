import { open } from "node:fs/promises";
import { extname } from "node:path";
import { canonicalTimeZone } from "../domain/time/zone.js";
import type {
  BatchExportDefinition,
  DestinationDefinition,
  FormatDefinition,
  PostgresSourceDefinition,
} from "./definition.js";
import {
  definitionInvalid,
  type DefinitionProblem,
} from "./definition-problem.js";
import { ruleProblems, secretProblems } from "./definition-rules.js";
import {
  type DefinitionDocument,
  definitionSchema,
} from "./definition-schema.js";
import {
  type DefinitionFormat,
  maxDefinitionBytes,
  parseDefinitionText,
} from "./definition-text.js";
import { shapeProblems } from "./shape-problems.js";

/**
 * Reads and validates a definition file: JSON where it ends in `.json`, else YAML.
 * @throws RefillError DEFINITION_INVALID
 */
export async function readDefinitionFile(
  path: string,
): Promise<BatchExportDefinition> {
  const isJson = extname(path).toLowerCase() === ".json";
  return parseDefinition(await readText(path), isJson ? "json" : "yaml");
}

/**
 * Reads and validates the text of a definition.
 * @throws RefillError DEFINITION_INVALID
 */
export function parseDefinition(
  text: string,
  format: DefinitionFormat,
): BatchExportDefinition {
  return validateDefinition(parseDefinitionText(text, format));
}

/**
 * Validates a parsed definition, fills in the defaults and freezes it. Without a format, files are gzip JSON lines.
 * @throws RefillError DEFINITION_INVALID with every problem in `details.problems`, each `{path, message}`
 */
export function validateDefinition(value: unknown): BatchExportDefinition {
  const problems = problemsOf(value);
  if (problems.length > 0) throw definitionInvalid(problems);
  return withDefaults(definitionSchema.parse(value));
}

/** Where a secret may stand, nothing else is said about that place. */
function problemsOf(value: unknown): readonly DefinitionProblem[] {
  const secret = secretProblems(value);
  const secretPaths = new Set(secret.map((problem) => problem.path));
  const others = [...shapeProblems(value), ...ruleProblems(value)];
  return [
    ...secret,
    ...others.filter((problem) => !secretPaths.has(problem.path)),
  ];
}

function withDefaults(document: DefinitionDocument): BatchExportDefinition {
  return deepFreeze({
    name: document.name,
    team: document.team,
    interval: document.interval,
    timezone: canonicalZone(document.timezone ?? "UTC"),
    offset: document.offset ?? null,
    source: sourceWithDefaults(document.source),
    destination: destinationWithDefaults(document.destination),
    format:
      document.destination.type === "postgres"
        ? null
        : formatWithDefaults(document.format ?? { type: "jsonl" }),
  });
}

function sourceWithDefaults(
  source: DefinitionDocument["source"],
): PostgresSourceDefinition {
  const zone = source.timestamp_timezone ?? null;
  return {
    type: source.type,
    connection: source.connection,
    table: source.table ?? null,
    query: source.query ?? null,
    timestamp_column: source.timestamp_column,
    timestamp_timezone: zone === null ? null : canonicalZone(zone),
    columns: source.columns ?? null,
    where: source.where ?? null,
  };
}

function destinationWithDefaults(
  destination: DefinitionDocument["destination"],
): DestinationDefinition {
  const { max_concurrent_runs: cap, ...uncapped } = destination;
  const placed = placeWithDefaults(uncapped);
  return cap == null ? placed : { ...placed, max_concurrent_runs: cap };
}

function placeWithDefaults(
  destination: WithoutCap<DefinitionDocument["destination"]>,
): DestinationDefinition {
  switch (destination.type) {
    case "files":
      return {
        ...destination,
        max_file_size_mb: destination.max_file_size_mb ?? null,
      };
    case "s3":
      return {
        type: "s3",
        bucket: destination.bucket,
        prefix: destination.prefix ?? null,
        region: destination.region ?? null,
        endpoint: destination.endpoint?.replace(/\/$/, "") ?? null,
        // Servers of one's own seldom have a name for each bucket.
        path_style: destination.path_style ?? destination.endpoint != null,
        sse: destination.sse ?? null,
        access_key_id: destination.access_key_id ?? null,
        secret_access_key: destination.secret_access_key ?? null,
        key: destination.key,
        max_file_size_mb: destination.max_file_size_mb ?? null,
      };
    case "postgres":
      return { ...destination, create: destination.create ?? false };
  }
}

type WithoutCap<T> = T extends unknown ? Omit<T, "max_concurrent_runs"> : never;

function formatWithDefaults(
  format: NonNullable<DefinitionDocument["format"]>,
): FormatDefinition {
  const level = format.level ?? null;
  if (format.type === "parquet") {
    return {
      type: "parquet",
      compression: format.compression ?? "zstd",
      level,
    };
  }
  const compression = format.compression ?? "gzip";
  if (format.type === "jsonl") {
    const numbers = format.numbers ?? "digits";
    return { type: "jsonl", compression, level, numbers };
  }
  return {
    type: "csv",
    compression,
    level,
    header: format.header ?? true,
    null_text: format.null_text ?? "",
  };
}

/** One spelling for each zone, so that a plan's digest does not depend on upper and lower case. */
function canonicalZone(zone: string): string {
  return canonicalTimeZone(zone) ?? zone;
}

const unreadable: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ERR_ENCODING_INVALID_ENCODED_DATA: "other bytes",
};

async function readText(path: string): Promise<string> {
  try {
    const bytes = await readAtMost(path, maxDefinitionBytes + 1);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    const got = unreadable[String(code)] ?? `the error ${String(code)}`;
    throw definitionInvalid([
      {
        path: "",
        message: `expected a readable definition file in UTF-8 at ${path}; got ${got}`,
      },
    ]);
  }
}

/** One byte more than allowed tells that the file is too long, without reading all of it. */
async function readAtMost(path: string, maxBytes: number): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const buffer = new Uint8Array(maxBytes);
    let sizeBytes = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, sizeBytes);
      sizeBytes += bytesRead;
      if (bytesRead === 0 || sizeBytes === maxBytes) break;
    }
    return buffer.subarray(0, sizeBytes);
  } finally {
    await file.close();
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
