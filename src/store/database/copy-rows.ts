import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ClientBase } from "pg";
import { from as copyFrom } from "pg-copy-streams";

/** One row: a text per column, as Postgres reads it; null is NULL. */
export type CopyRow = readonly (string | null)[];

/** Enough to keep the socket busy, little enough not to matter in memory. */
const chunkChars = 64 * 1024;

/**
 * Writes rows by COPY into a table given as `refill.run (backfill_id, ordinal)`, and answers how many. Holds about one
 * chunk of 64 KiB in memory, however many rows there are. When `rows` throws, nothing is written and that is thrown on.
 */
export async function copyRows(
  client: ClientBase,
  target: string,
  rows: Iterable<CopyRow> | AsyncIterable<CopyRow>,
): Promise<number> {
  const copy = client.query(copyFrom(`copy ${target} from stdin`));
  await pipeline(Readable.from(chunks(rows), { highWaterMark: 1 }), copy);
  return copy.rowCount;
}

async function* chunks(
  rows: Iterable<CopyRow> | AsyncIterable<CopyRow>,
): AsyncGenerator<string> {
  let chunk = "";
  for await (const row of rows) {
    chunk += `${row.map(escapeField).join("\t")}\n`;
    if (chunk.length >= chunkChars) {
      yield chunk;
      chunk = "";
    }
  }
  if (chunk !== "") yield chunk;
}

const special = /[\\\n\r\t]/g;
const escapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function escapeField(field: string | null): string {
  if (field === null) return "\\N";
  return field.replace(special, (char) => escapes[char] ?? char);
}
