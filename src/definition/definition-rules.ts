import { parseConnectionReference } from "../domain/connection-reference.js";
import { parseKeyTemplate, renderKey } from "../domain/keys/key-template.js";
import { keyUniquenessProblem } from "../domain/keys/key-uniqueness.js";
import { relativePathProblems } from "../domain/keys/relative-path.js";
import { type IntervalSpec, parseInterval } from "../domain/time/interval.js";
import { isTimeZone } from "../domain/time/zone.js";
import { levelProblem } from "./compression-levels.js";
import type { DestinationDefinition } from "./definition.js";
import type { DefinitionProblem } from "./definition-problem.js";
import { postgresDestinationProblems } from "./postgres-destination-rules.js";
import { s3KeyPrefix, s3Problems } from "./s3-rules.js";
import {
  looksSecret,
  shownValue,
  sqlLooksSecret,
  urlLooksSecret,
} from "./secret-like.js";

/** A definition whose shape is not known to be right: any part may be absent or something else. */
type Loose = Readonly<Record<string, unknown>>;

/** What the values of a definition must mean. Looks only at values of the right kind: the schema tells of the others. */
export function ruleProblems(value: unknown): readonly DefinitionProblem[] {
  const definition = asMapping(value);
  return [
    ...nameProblems(definition["name"]),
    ...intervalProblems(definition),
    ...sourceProblems(asMapping(definition["source"])),
    ...destinationProblems(definition),
    ...formatProblems(asMapping(definition["format"])),
  ];
}

/**
 * Secrets in clear text, at every place where text is allowed. They come before all other problems: nothing is said
 * about a value that may be a secret but where it stands.
 */
export function secretProblems(value: unknown): readonly DefinitionProblem[] {
  return textsOf(value, "").flatMap(({ path, text }) =>
    holdsSecret(path, text)
      ? [
          {
            path,
            message:
              "this looks like a connection string or a password; refer to it by env:NAME or file:PATH where the definition takes a reference, and change it if others could read the file",
          },
        ]
      : [],
  );
}

const sqlPaths = ["source.query", "source.where"];

function holdsSecret(path: string, text: string): boolean {
  if (path === "destination.endpoint") return urlLooksSecret(text);
  return sqlPaths.includes(path) ? sqlLooksSecret(text) : looksSecret(text);
}

/** Texts at the known depths. Deeper ones are unknown keys, whose values are never shown. */
function textsOf(
  value: unknown,
  path: string,
): readonly { readonly path: string; readonly text: string }[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (typeof value !== "object" || value === null) return [];
  if (path.split(".").length > 3) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    if (!/^\w{1,60}$/.test(key)) return [];
    return textsOf(child, path === "" ? key : `${path}.${key}`);
  });
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function nameProblems(name: unknown): readonly DefinitionProblem[] {
  if (typeof name !== "string" || isName(name)) return [];
  const expected =
    "1 to 100 letters, digits, dots, underscores, hyphens or spaces, not . or .. and not in the form of a UUID";
  return [
    { path: "name", message: `expected ${expected}; got ${shownValue(name)}` },
  ];
}

function isName(name: string): boolean {
  return (
    /^[A-Za-z0-9._ -]{1,100}$/.test(name) &&
    !uuidPattern.test(name) &&
    name !== "." &&
    name !== ".."
  );
}

function intervalProblems(definition: Loose): readonly DefinitionProblem[] {
  const parsed = readInterval(definition);
  if (parsed === null || parsed.ok) return [];
  return parsed.problems.map(({ key, message }) => ({
    path: key,
    message: `${message}; got ${shownValue(definition[key])}`,
  }));
}

/** Null where a part is of the wrong kind. A wrong interval still lets the time zone be checked. */
function readInterval(definition: Loose) {
  const { interval, timezone, offset } = {
    interval: definition["interval"],
    timezone: definition["timezone"] ?? null,
    offset: definition["offset"] ?? null,
  };
  if (typeof interval !== "string") return null;
  if (timezone !== null && typeof timezone !== "string") return null;
  if (offset !== null && typeof offset !== "string") return null;
  return parseInterval({ interval, timezone, offset });
}

function sourceProblems(source: Loose): readonly DefinitionProblem[] {
  return [
    ...connectionProblems("source.connection", source["connection"]),
    ...tableProblems(source),
    ...zoneProblems(source["timestamp_timezone"]),
    ...columnProblems(source["columns"]),
  ];
}

function connectionProblems(
  path: string,
  connection: unknown,
): readonly DefinitionProblem[] {
  if (typeof connection !== "string") return [];
  if (parseConnectionReference(connection) !== null) return [];
  const message =
    "expected default, env:NAME or file:PATH; got other text, which is not shown here because it may be a secret";
  return [{ path, message }];
}

function tableProblems(source: Loose): readonly DefinitionProblem[] {
  const given = ["table", "query"].filter(
    (key) => (source[key] ?? null) !== null,
  );
  if (given.length === 1 || Object.keys(source).length === 0) return [];
  const got = given.length === 0 ? "neither" : "both";
  return [
    { path: "source", message: `expected one of table and query; got ${got}` },
  ];
}

function zoneProblems(zone: unknown): readonly DefinitionProblem[] {
  if (typeof zone !== "string" || isTimeZone(zone)) return [];
  const message = `expected an IANA time zone such as America/New_York; got ${shownValue(zone)}`;
  return [{ path: "source.timestamp_timezone", message }];
}

function columnProblems(columns: unknown): readonly DefinitionProblem[] {
  if (!Array.isArray(columns)) return [];
  return columns.flatMap((column: unknown, index) =>
    typeof column === "string" && columns.indexOf(column) < index
      ? [
          {
            path: `source.columns.${index}`,
            message: `expected each column once; ${shownValue(column)} occurs twice`,
          },
        ]
      : [],
  );
}

function destinationProblems(definition: Loose): readonly DefinitionProblem[] {
  const destination = asMapping(definition["destination"]);
  const type = destination["type"];
  return typeof type === "string" && Object.hasOwn(destinationRules, type)
    ? destinationRules[type as DestinationType](destination, definition)
    : [];
}

type DestinationType = DestinationDefinition["type"];

/** What the values of each type of destination must mean. */
const destinationRules: Readonly<
  Record<
    DestinationType,
    (destination: Loose, definition: Loose) => readonly DefinitionProblem[]
  >
> = {
  files: (destination, definition) => [
    ...pathProblems(destination["path"]),
    ...keyProblems(destination["key"], definition),
  ],
  s3: (destination, definition) => [
    ...s3Problems(destination),
    ...keyProblems(destination["key"], definition, s3KeyPrefix(destination)),
  ],
  postgres: (destination, definition) => [
    ...connectionProblems("destination.connection", destination["connection"]),
    ...postgresDestinationProblems({
      destination,
      source: asMapping(definition["source"]),
      format: definition["format"],
    }),
  ],
};

function pathProblems(path: unknown): readonly DefinitionProblem[] {
  if (typeof path !== "string") return [];
  return relativePathProblems(path).map((message) => ({
    path: "destination.path",
    message,
  }));
}

function keyProblems(
  key: unknown,
  definition: Loose,
  prefix: string | null = null,
): readonly DefinitionProblem[] {
  if (typeof key !== "string") return [];
  return problemsOfKey(key, definition, prefix).map((message) => ({
    path: "destination.key",
    message,
  }));
}

function problemsOfKey(
  key: string,
  definition: Loose,
  prefix: string | null,
): readonly string[] {
  const parsed = parseKeyTemplate(key);
  if (!parsed.ok) return parsed.problems;
  const name = definition["name"];
  const rendered = renderKey(key, {
    name: typeof name === "string" && isName(name) ? name : "name",
    intervalStartMs: 0,
    intervalEndMs: 0,
    timeZone: "UTC",
  });
  const interval = readInterval(definition);
  const shared =
    interval?.ok === true ? sharedFileProblem(interval.spec, parsed.parts) : [];
  const tooLong =
    prefix === null ? [] : keySizeProblems(`${prefix}${rendered}`);
  return [...relativePathProblems(rendered), ...tooLong, ...shared];
}

/** What a store of objects allows, less the number, the suffix or `.manifest.json` that is added. */
const maxObjectKeyBytes = 1_024 - 40;

function keySizeProblems(key: string): readonly string[] {
  const size = Buffer.byteLength(key);
  if (size <= maxObjectKeyBytes) return [];
  return [
    `expected at most ${maxObjectKeyBytes} bytes with the prefix, which leaves room for a suffix; it has ${size}`,
  ];
}

function sharedFileProblem(
  spec: IntervalSpec,
  parts: Extract<ReturnType<typeof parseKeyTemplate>, { ok: true }>["parts"],
): readonly string[] {
  const variables = parts.flatMap((part) =>
    part.kind === "variable" ? [part.variable] : [],
  );
  const problem = keyUniquenessProblem(spec, new Set(variables));
  return problem === null ? [] : [problem];
}

function formatProblems(format: Loose): readonly DefinitionProblem[] {
  const { compression, level } = {
    compression:
      format["compression"] ?? (format["type"] === "parquet" ? "zstd" : "gzip"),
    level: format["level"],
  };
  if (typeof level !== "number") return [];
  const message = levelProblem(compression, level);
  return message === null ? [] : [{ path: "format.level", message }];
}

function asMapping(value: unknown): Loose {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Loose)
    : {};
}
