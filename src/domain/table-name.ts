/** A table as Postgres knows it: no quotes, nothing left to fold. */
export interface TableName {
  readonly schema: string;
  readonly name: string;
}

/** Postgres cuts longer names off. */
const maxNameBytes = 63;

const part = String.raw`"(?:[^"\0]|"")+"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*`;
const qualified = new RegExp(`^(${part})\\.(${part})$`);

/**
 * Reads `schema.table` as SQL does: capitals without double quotes are folded to lower case. Null for anything else,
 * also for a name without its schema, which would mean another table to another user.
 */
export function parseTableName(text: string): TableName | null {
  const [, schema, name] = qualified.exec(text)?.map(plain) ?? [];
  if (schema === undefined || name === undefined) return null;
  return isLong(schema) || isLong(name) ? null : { schema, name };
}

function plain(part: string): string {
  return part.startsWith('"')
    ? part.slice(1, -1).replaceAll('""', '"')
    : part.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function isLong(name: string): boolean {
  return new TextEncoder().encode(name).byteLength > maxNameBytes;
}
