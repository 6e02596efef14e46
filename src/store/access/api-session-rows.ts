import type { Queryable } from "../database/queryable.js";
import { execute, readRow } from "../database/run-statement.js";
import { sql } from "../database/sql.js";
import { apiKeyColumns, type ApiKeyRow } from "./api-key-rows.js";

/** Begins a session of a key, and forgets those that have ended. */
export async function insertApiSession(
  db: Queryable,
  session: {
    readonly tokenSha256: string;
    readonly keyId: string;
    readonly lifetimeSeconds: number;
  },
): Promise<void> {
  await execute(
    db,
    sql`
      with ended as (delete from refill.api_session where expires_at <= now())
      insert into refill.api_session (token_sha256, api_key_id, expires_at)
      values (${session.tokenSha256}, ${session.keyId}, now() + ${session.lifetimeSeconds} * interval '1 second')`,
  );
}

/** The key of a session that has not ended; null where it has, or the key is revoked. */
export async function findApiKeyOfSession(
  db: Queryable,
  tokenSha256: string,
): Promise<ApiKeyRow | null> {
  return readRow(
    db,
    sql<ApiKeyRow>`
      select ${apiKeyColumns(sql`k`)}
      from refill.api_session s
      join refill.api_key k on k.id = s.api_key_id and k.revoked_at is null
      where s.token_sha256 = ${tokenSha256} and s.expires_at > now()`,
  );
}

/** Ends a session, if there is such a one. */
export async function deleteApiSession(
  db: Queryable,
  tokenSha256: string,
): Promise<void> {
  await execute(
    db,
    sql`delete from refill.api_session where token_sha256 = ${tokenSha256}`,
  );
}
