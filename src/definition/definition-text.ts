import { type Document, parseDocument, type YAMLError } from "yaml";
import { definitionInvalid } from "./definition-problem.js";

export type DefinitionFormat = "yaml" | "json";

/** A definition is a page long. The limit keeps a wrong file from costing memory. */
export const maxDefinitionBytes = 256 * 1024;

/** Anchors save typing in a page of text; more than these are an attempt to make it expand. */
const maxAliases = 20;

/**
 * The value that a definition's text stands for: YAML 1.2 with its core types, or JSON. Keys that occur twice, own
 * tags and several documents are refused. Messages give the place and never quote the text: it may hold a secret.
 * @throws RefillError DEFINITION_INVALID
 */
export function parseDefinitionText(
  text: string,
  format: DefinitionFormat,
): unknown {
  if (new TextEncoder().encode(text).byteLength > maxDefinitionBytes) {
    throw notReadable(`expected at most ${maxDefinitionBytes} bytes of text`);
  }
  return format === "json" ? parseJson(text) : parseYaml(text);
}

function parseYaml(text: string): unknown {
  const document = parseYamlDocument(text);
  // Warnings are about tags that the core types don't know: the value would not be what the file says.
  const errors = [...document.errors, ...document.warnings];
  if (errors.length > 0) {
    throw notReadable(...errors.map((error) => describe(error, text)));
  }
  if (document.directives.yaml.version !== "1.2") {
    throw notReadable("expected YAML 1.2; remove the %YAML directive");
  }
  try {
    return document.toJS({ maxAliasCount: maxAliases });
  } catch {
    throw notReadable(
      `expected anchors that are repeated at most ${maxAliases} times and not within themselves`,
    );
  }
}

function parseYamlDocument(text: string): Document.Parsed {
  try {
    return parseDocument(text, {
      version: "1.2",
      schema: "core",
      prettyErrors: false,
      stringKeys: true,
      uniqueKeys: true,
    });
  } catch {
    throw notReadable("expected YAML; it is nested too deeply");
  }
}

/** JSON is YAML, but YAML's messages are not about JSON: its parser only looks for keys that occur twice. */
function parseJson(text: string): unknown {
  const value = readJson(text);
  const twice = parseYamlDocument(text).errors.filter(
    (error) => error.code === "DUPLICATE_KEY",
  );
  if (twice.length > 0) {
    throw notReadable(...twice.map((error) => describe(error, text)));
  }
  return value;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // Node's message quotes the text around the mistake; only the position is taken from it.
    const position = /at position (\d+)/.exec(String(error))?.[1];
    const place =
      position === undefined ? "" : ` at ${placeOf(text, Number(position))}`;
    throw notReadable(
      `expected JSON; there is a mistake in its syntax${place}`,
    );
  }
}

const meanings: Partial<Record<YAMLError["code"], string>> = {
  DUPLICATE_KEY: "the same key occurs twice",
  MULTIPLE_DOCS: "expected one document; another begins",
  TAG_RESOLVE_FAILED: "expected a plain value; there is a tag (!name)",
  BAD_INDENT: "the indentation does not fit",
  TAB_AS_INDENT: "expected spaces; there is a tab in the indentation",
  NON_STRING_KEY: "expected text as a key; write it in quotes",
  BAD_ALIAS: "an alias (*name) has no anchor before it",
};

function describe(error: YAMLError, text: string): string {
  const meaning = meanings[error.code] ?? "this is not valid YAML";
  return `${placeOf(text, error.pos[0])}: ${meaning} (${error.code})`;
}

function placeOf(text: string, position: number): string {
  const lines = text.slice(0, position).split("\n");
  return `line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1}`;
}

function notReadable(...messages: readonly string[]) {
  return definitionInvalid(messages.map((message) => ({ path: "", message })));
}
