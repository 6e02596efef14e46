import { RefillError } from "../domain/errors.js";

/** A cursor: a place in an order, as text that a client hands back unread. */
export interface PageCursor {
  /** Of the order that it is a place in. */
  readonly order: string;
  /** The page ends at the place, rather than beginning there. */
  readonly backwards: boolean;
  /** As Postgres writes it, to the microsecond. */
  readonly at: string | null;
  readonly id: string;
}

/** The text of a cursor. */
export function writeCursor({ order, backwards, at, id }: PageCursor): string {
  const parts = [order, backwards, at, id];
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

const timestampText = /^\d{4,}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?\+00$/;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * A cursor of this very order.
 * @throws RefillError CURSOR_INVALID
 */
export function readCursor(text: string, order: string): PageCursor {
  const [name, backwards, at, id] = decoded(text);
  const isAt = at === null || (typeof at === "string" && isTimestamp(at));
  if (
    name === order &&
    typeof backwards === "boolean" &&
    isAt &&
    typeof id === "string" &&
    uuid.test(id)
  ) {
    return { order, backwards, at, id };
  }
  throw new RefillError(
    "CURSOR_INVALID",
    "Expected the cursor of a page in this very order; got another text. Begin again without one.",
  );
}

/** Something that Postgres reads: it would refuse the 31st of February as a fault of ours. */
function isTimestamp(text: string): boolean {
  if (!timestampText.test(text)) return false;
  const dayText = text.slice(0, text.indexOf(" "));
  const atMs = Date.parse(`${text.slice(0, 19).replace(" ", "T")}Z`);
  return (
    Number.isFinite(atMs) && new Date(atMs).toISOString().startsWith(dayText)
  );
}

function decoded(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(
      Buffer.from(cursor, "base64url").toString(),
    );
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
