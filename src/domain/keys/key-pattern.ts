import { type KeyVariable, parseKeyTemplate } from "./key-template.js";

/**
 * What keys a template can render: for each place the characters that may stand there. Every variable but the name has
 * a fixed width, so a template renders keys of one length.
 */
export type KeyPattern = readonly string[];

const digit = "0123456789";

/** The characters of each place of a variable. Impossible dates may be among them: a pattern allows too much, never too little. */
const variablePatterns: Readonly<
  Record<Exclude<KeyVariable, "name">, KeyPattern>
> = {
  year: digits(4),
  month: ["01", digit],
  day: ["0123", digit],
  hour: ["012", digit],
  minute: ["012345", digit],
  data_interval_start: boundPattern(),
  data_interval_end: boundPattern(),
};

/** The pattern of a valid template, with an export's name filled in. */
export function keyPattern(template: string, name: string): KeyPattern {
  const parsed = parseKeyTemplate(template);
  if (!parsed.ok) throw new TypeError(parsed.problems.join("; "));
  return parsed.parts.flatMap((part) => {
    if (part.kind === "text") return textPattern(part.text);
    return part.variable === "name"
      ? textPattern(name)
      : variablePatterns[part.variable];
  });
}

/** The pattern of a text that is always the same. */
export function textPattern(text: string): KeyPattern {
  return Array.from(text);
}

/** The pattern of a number of so many digits. */
export function digits(count: number): KeyPattern {
  return Array.from({ length: count }, () => digit);
}

/** Whether one key fits both patterns. */
export function canBeSame(one: KeyPattern, other: KeyPattern): boolean {
  return one.length === other.length && agree(one, other);
}

/** Whether a key of one pattern can be a folder in which a key of the other lies. */
export function canContain(folder: KeyPattern, key: KeyPattern): boolean {
  return key[folder.length] === "/" && agree(folder, key);
}

/** Whether each place of the first has a character in common with that of the second. */
function agree(one: KeyPattern, other: KeyPattern): boolean {
  return one.every((allowed, place) =>
    Array.from(allowed).some((char) => other[place]?.includes(char) === true),
  );
}

/** `20010301T050000Z`. */
function boundPattern(): KeyPattern {
  return [...digits(8), "T", ...digits(6), "Z"];
}
