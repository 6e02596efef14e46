import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { RefillError } from "../../domain/errors.js";
import {
  type ApiKeyRow,
  type ApiScope,
  findApiKey,
  insertApiKey,
  listApiKeyRows,
  markApiKeyRevoked,
  touchApiKey,
} from "../../store/access/api-key-rows.js";
import { rfc3339, rfc3339OrNull } from "../../store/database/instant-text.js";
import type { Queryable } from "../../store/database/queryable.js";
import type { OperationContext } from "../context.js";

/** A key as the surfaces show it: never its secret. */
export interface ApiKeyObject {
  readonly id: string;
  readonly team: number;
  readonly name: string;
  readonly scopes: readonly ApiScope[];
  readonly created_at: string;
  readonly created_by: string;
  readonly last_used_at: string | null;
  readonly revoked_at: string | null;
}

/** Who stands behind a request that came with a key. */
export interface ApiKeyHolder {
  readonly id: string;
  readonly team: number;
  readonly name: string;
  readonly scopes: readonly ApiScope[];
}

const SECRET_BYTES = 32;
/** `refill_ID_SECRET`: the id finds the row, the secret is compared in constant time. */
const keyPattern =
  /^refill_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_([\w-]{43})$/;

/** Makes a key and answers it whole: the only time that anyone sees it. */
export async function createApiKey(
  { pool, requestedBy }: Pick<OperationContext, "pool" | "requestedBy">,
  request: {
    readonly team: number;
    readonly name: string;
    readonly scopes: readonly ApiScope[];
  },
): Promise<ApiKeyObject & { readonly key: string }> {
  const secret = randomBytes(SECRET_BYTES).toString("base64url");
  const row = await insertApiKey(pool, {
    ...request,
    secret_sha256: sha256(secret),
    created_by: requestedBy,
  });
  return { ...keyObjectOf(row), key: `refill_${row.id}_${secret}` };
}

/** Oldest first, revoked ones among them. */
export async function listApiKeys(
  { pool }: Pick<OperationContext, "pool">,
  { team }: { readonly team: number | null },
): Promise<readonly ApiKeyObject[]> {
  return (await listApiKeyRows(pool, team)).map(keyObjectOf);
}

/**
 * Ends a key at once.
 * @throws RefillError API_KEY_NOT_FOUND
 */
export async function revokeApiKey(
  { pool }: Pick<OperationContext, "pool">,
  { id }: { readonly id: string },
): Promise<void> {
  const isId = /^[0-9a-f-]{36}$/i.test(id);
  if (isId && (await markApiKeyRevoked(pool, id))) return;
  throw new RefillError(
    "API_KEY_NOT_FOUND",
    `Expected the id of a key that is not revoked; got ${id}, which names none. See refill key list.`,
    { details: { key: id } },
  );
}

/** Who holds a key; null for any text that is not an unrevoked key. */
export async function recogniseApiKey(
  { pool }: Pick<OperationContext, "pool">,
  text: string,
): Promise<ApiKeyHolder | null> {
  const [, id, secret] = keyPattern.exec(text) ?? [];
  if (id === undefined || secret === undefined) return null;
  const row = await findApiKey(pool, id);
  if (row === null || !isSame(sha256(secret), row.secret_sha256)) return null;
  return holderOf(pool, row);
}

/** Whoever holds a key that has just been recognised: it is in use. */
export async function holderOf(
  db: Queryable,
  { id, team, name, scopes }: ApiKeyRow,
): Promise<ApiKeyHolder> {
  await touchApiKey(db, id);
  return { id, team, name, scopes };
}

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one, "hex"), Buffer.from(other, "hex"));
}

/** In lower-case hexadecimal. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function keyObjectOf(row: ApiKeyRow): ApiKeyObject {
  return {
    id: row.id,
    team: row.team,
    name: row.name,
    scopes: row.scopes,
    created_at: rfc3339(row.created_at),
    created_by: row.created_by,
    last_used_at: rfc3339OrNull(row.last_used_at),
    revoked_at: rfc3339OrNull(row.revoked_at),
  };
}
