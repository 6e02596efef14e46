import { nearestName } from "../nearest-name.js";
import { pad } from "../time/calendar.js";
import { formatInstant } from "../time/instant.js";
import { instantToLocal } from "../time/zone.js";

/**
 * What a key template may name between braces. The calendar's parts come from the interval's start in the export's zone.
 * @internal for tests
 */
export const keyVariables = [
  "name",
  "year",
  "month",
  "day",
  "hour",
  "minute",
  "data_interval_start",
  "data_interval_end",
] as const;

export type KeyVariable = (typeof keyVariables)[number];

type KeyPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "variable"; readonly variable: KeyVariable };

export type ParsedKeyTemplate =
  | { readonly ok: true; readonly parts: readonly KeyPart[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** What a key is rendered from: an interval, the export's name and its IANA zone. */
export interface KeyValues {
  readonly name: string;
  readonly intervalStartMs: number;
  readonly intervalEndMs: number;
  readonly timeZone: string;
}

/** Splits a template into text and variables. Unknown variables and stray braces are problems, all of them named. */
export function parseKeyTemplate(template: string): ParsedKeyTemplate {
  const parts: KeyPart[] = [];
  const problems: string[] = [];
  for (const piece of template.split(/(\{[^{}]*\})/)) {
    const part = parsePiece(piece);
    if (typeof part === "string") problems.push(part);
    else if (part !== null) parts.push(part);
  }
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, parts: parts };
}

/**
 * The key of one interval, without the format's suffix. Bounds are written `20010301T050000Z`; every variable but the
 * name has a fixed width, so that different values never run together into one key. The template must be a valid one.
 */
export function renderKey(template: string, values: KeyValues): string {
  const parsed = parseKeyTemplate(template);
  if (!parsed.ok) throw new TypeError(parsed.problems.join("; "));
  return parsed.parts
    .map((part) =>
      part.kind === "text" ? part.text : renderVariable(part.variable, values),
    )
    .join("");
}

/** What a variable stands for. Years have four digits, the other parts of the calendar two. */
function renderVariable(variable: KeyVariable, values: KeyValues): string {
  switch (variable) {
    case "name":
      return values.name;
    case "data_interval_start":
      return formatBound(values.intervalStartMs);
    case "data_interval_end":
      return formatBound(values.intervalEndMs);
    case "year":
    case "month":
    case "day":
    case "hour":
    case "minute": {
      const local = instantToLocal(values.timeZone, values.intervalStartMs);
      return pad(local[variable], variable === "year" ? 4 : 2);
    }
  }
}

/** `20010301T050000Z`: RFC 3339 without the signs that some file systems refuse. */
function formatBound(instantMs: number): string {
  return formatInstant(instantMs).replace(/[-:]/g, "");
}

/** A piece is `{...}` or free of whole pairs of braces. Returns a problem as text, and null for nothing at all. */
function parsePiece(piece: string): KeyPart | string | null {
  if (piece === "") return null;
  if (!piece.startsWith("{") || !piece.endsWith("}")) {
    return /[{}]/.test(piece)
      ? "expected every { to have its }, around the name of a variable; there is one alone"
      : { kind: "text", text: piece };
  }
  const name = piece.slice(1, -1);
  const variable = keyVariables.find((known) => known === name);
  return variable === undefined
    ? unknownVariable(name)
    : { kind: "variable", variable };
}

function unknownVariable(name: string): string {
  const known = keyVariables.map((variable) => `{${variable}}`).join(", ");
  const near = nearestName(name, keyVariables);
  const got = /^[\w -]{1,40}$/.test(name)
    ? `{${name}}`
    : "another text in braces";
  const guess = near === null ? "" : `; did you mean {${near}}?`;
  return `expected one of the variables ${known}; got ${got}${guess}`;
}
