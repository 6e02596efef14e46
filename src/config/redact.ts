const replacement = "[redacted]";

/**
 * A text without secrets: connection strings and passwords as given, decoded and percent-encoded, and whatever else looks
 * like a password in a URL or a `password=` setting. For every message that leaves the process.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const forms = [...new Set(secrets.flatMap(formsOf))]
    .filter((form) => form !== "")
    .sort((a, b) => b.length - a.length);
  const known =
    forms.length === 0
      ? text
      : text.replace(
          new RegExp(forms.map(expressionOf).join("|"), "gi"),
          replacement,
        );
  return known
    .replace(passwordInUrl, `$1${replacement}@`)
    .replace(passwordSetting, `$1${replacement}`);
}

/**
 * `postgres://user:` before the last `@` of the word: a password may hold one that should have been encoded. The limits
 * keep the search from taking the square of a long message's length.
 */
const passwordInUrl =
  /([a-z][a-z\d+.-]{0,30}:\/\/[^\s:/?#@]{0,200}:)[^\s"'<>]{0,1000}@/gi;
const passwordSetting =
  /(password["']?\s*=\s*)(?!\[redacted\])('(?:[^'\\]|\\.)*'|"[^"]*"|[^\s&"';,]+)/gi;

/** A secret itself, and where it is a connection string, what it holds. */
function formsOf(secret: string): readonly string[] {
  return [secret, ...passwordsOf(secret)].flatMap(encodingsOf);
}

function passwordsOf(connectionString: string): readonly string[] {
  const inUrl = /:\/\/[^/?#:]*:(.*)@/s.exec(connectionString)?.[1];
  // A password that itself holds an @, a / or a #, unencoded, ends at one of them for some readers.
  const upToFirst = /:\/\/[^/?#:@]*:([^@]*)@/.exec(connectionString)?.[1];
  const settings = connectionString.matchAll(
    /password\s*=\s*(?:'((?:[^'\\]|\\.)*)'|([^\s&]+))/gi,
  );
  return [
    inUrl,
    upToFirst,
    ...[...settings].map((match) => match[1] ?? match[2]),
  ].filter((password) => password !== undefined);
}

function encodingsOf(secret: string): readonly string[] {
  const decoded = decode(secret);
  return [secret, decoded, encode(decoded), encode(secret)].flatMap((form) => [
    form,
    JSON.stringify(form).slice(1, -1),
  ]);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function encode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text; // half a surrogate pair
  }
}

/** Very short passwords are replaced only as whole words: else every letter `a` would show that the password is one. */
function expressionOf(form: string): string {
  const escaped = form.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
  return form.length < 4 ? `(?<![\\w])${escaped}(?![\\w])` : escaped;
}
