/**
 * Whether a text looks as if it held a connection string or a password. Such a text is refused wherever only a name,
 * a path or a reference belongs, and is never shown.
 */
export function looksSecret(text: string): boolean {
  return (
    text.includes("://") || passwordSetting.test(text) || awsKeyId.test(text)
  );
}

/** Whether a text that may be an address holds a user or a password. */
export function urlLooksSecret(text: string): boolean {
  return text.includes("@") || passwordSetting.test(text);
}

/**
 * Whether SQL holds a password in clear text: in a URL, or in a literal such as dblink takes. Other addresses and
 * columns called password are fine.
 */
export function sqlLooksSecret(sql: string): boolean {
  if (urlWithPassword.test(sql)) return true;
  const literals = sql.split(/'|\$\w*\$/).filter((_, index) => index % 2 === 1);
  return literals.some((literal) => passwordSetting.test(literal));
}

/** `password=`, `PGPASSWORD=`, `sslpassword = `. */
const passwordSetting = /password\s*=/i;
/** Amazon's access keys, for long or short use. Their secrets have no mark of their own. */
const awsKeyId = /\b(AKIA|ASIA)[A-Z0-9]{16}\b/;
const awsSecret = /^[A-Za-z0-9/+]{40}$/;
const urlWithPassword = /:\/\/[^\s/@:']*:[^\s/@']+@/;

/** How a wrong value is named in a message: as it is where it is short and harmless, else by its kind alone. */
export function shownValue(value: unknown): string {
  if (typeof value === "string") return shownText(value);
  if (typeof value === "number" || typeof value === "boolean") {
    return `the ${typeof value} ${value}`;
  }
  if (value === null || value === undefined) return "nothing";
  return Array.isArray(value) ? "a list" : "a mapping";
}

/** Names, numbers, dates and zones consist of these; passwords long enough to matter seldom do. */
const harmlessText = /^[\w .,:/+-]{1,60}$/;

function shownText(text: string): string {
  if (text === "") return "empty text";
  return harmlessText.test(text) && !looksSecret(text) && !awsSecret.test(text)
    ? JSON.stringify(text)
    : `text of ${text.length} characters that is not shown here`;
}
