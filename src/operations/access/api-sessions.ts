import { randomBytes } from "node:crypto";
import {
  deleteApiSession,
  findApiKeyOfSession,
  insertApiSession,
} from "../../store/access/api-session-rows.js";
import type { OperationContext } from "../context.js";
import {
  type ApiKeyHolder,
  holderOf,
  recogniseApiKey,
  sha256,
} from "./api-keys.js";

/** A working day: who sees the page on the next one shows the key again. */
export const SESSION_SECONDS = 12 * 60 * 60;

const TOKEN_BYTES = 32;

/**
 * Begins a session of whoever holds a key, and answers its token; null for any text that is not an unrevoked key. The
 * session ends with the key.
 */
export async function beginSession(
  context: Pick<OperationContext, "pool">,
  key: string,
): Promise<string | null> {
  const holder = await recogniseApiKey(context, key);
  if (holder === null) return null;
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  await insertApiSession(context.pool, {
    tokenSha256: sha256(token),
    keyId: holder.id,
    lifetimeSeconds: SESSION_SECONDS,
  });
  return token;
}

/** Who is in a session; null where there is none, or no longer. The hash finds it: there is nothing to compare. */
export async function recogniseSession(
  { pool }: Pick<OperationContext, "pool">,
  token: string,
): Promise<ApiKeyHolder | null> {
  const row = await findApiKeyOfSession(pool, sha256(token));
  return row === null ? null : holderOf(pool, row);
}

/** Ends a session, if there is such a one. */
export async function endSession(
  { pool }: Pick<OperationContext, "pool">,
  token: string,
): Promise<void> {
  await deleteApiSession(pool, sha256(token));
}
