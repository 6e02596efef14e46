import { open } from "node:fs/promises";
import { extname } from "node:path";
import type { BatchExportDefinition } from "./definition.js";
import {
  definitionInvalid,
  type DefinitionProblem,
} from "./definition-problem.js";
import { ruleProblems } from "./definition-rules.js";
import {
  type DefinitionDocument,
  definitionSchema,
} from "./definition-schema.js";
import {
  type DefinitionFormat,
  maxDefinitionBytes,
  parseDefinitionText,
} from "./definition-text.js";
import {
  type DestinationDefinition,
  outputOf,
} from "./destinations/destination-kinds.js";
import { defaultFormat } from "./formats/format-kinds.js";
import { secretProblems } from "./secret-problems.js";
import { shapeProblems } from "./shape-problems.js";
import { zoneName } from "./zone-name.js";

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
 * @internal for tests
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
  const { data, error } = definitionSchema.safeParse(value, {
    reportInput: true,
  });
  const problems = withoutSecrets(secretProblems(value), [
    ...shapeProblems(error?.issues ?? []),
    ...ruleProblems(value),
  ]);
  if (data === undefined || problems.length > 0) {
    throw definitionInvalid(problems);
  }
  return withDefaults(data);
}

/** Where a secret may stand, nothing else is said about that place. */
function withoutSecrets(
  secret: readonly DefinitionProblem[],
  others: readonly DefinitionProblem[],
): readonly DefinitionProblem[] {
  const secretPaths = new Set(secret.map(({ path }) => path));
  return [...secret, ...others.filter(({ path }) => !secretPaths.has(path))];
}

/** Those of the kinds are there already. */
function withDefaults(document: DefinitionDocument): BatchExportDefinition {
  const destination = withoutNoCap(document.destination);
  return deepFreeze({
    name: document.name,
    team: document.team,
    interval: document.interval,
    timezone: zoneName(document.timezone ?? "UTC"),
    offset: document.offset ?? null,
    source: document.source,
    destination,
    format:
      outputOf(destination).keeps === "rows"
        ? null
        : (document.format ?? defaultFormat()),
  });
}

/** A cap of null is none, and stored as such: see `maxConcurrentRuns`. */
function withoutNoCap(
  destination: DestinationDefinition,
): DestinationDefinition {
  const { max_concurrent_runs: cap, ...uncapped } = destination;
  return cap == null ? uncapped : destination;
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
