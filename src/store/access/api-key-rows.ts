import type { Queryable } from "../database/queryable.js";
import {
  affectsOne,
  execute,
  readRow,
  readRows,
} from "../database/run-statement.js";
import { identifier, list, matches, type Sql, sql } from "../database/sql.js";

/** What a key of the REST API may do. Writing includes reading. */
export type ApiScope = "batch_export:read" | "batch_export:write";

export interface ApiKeyRow {
  readonly id: string;
  readonly team: number;
  readonly name: string;
  readonly scopes: readonly ApiScope[];
  readonly secret_sha256: string;
  readonly created_at: string;
  readonly created_by: string;
  readonly last_used_at: string | null;
  readonly revoked_at: string | null;
}

const names = [
  "id",
  "team",
  "name",
  "scopes",
  "secret_sha256",
  "created_at",
  "created_by",
  "last_used_at",
  "revoked_at",
].map(identifier);

/** The columns of a key, of the table that has this name in the statement. */
export function apiKeyColumns(table: Sql): Sql {
  return list(names.map((name) => sql`${table}.${name}`));
}

const columns = apiKeyColumns(sql`api_key`);

export async function insertApiKey(
  db: Queryable,
  key: Pick<
    ApiKeyRow,
    "team" | "name" | "scopes" | "secret_sha256" | "created_by"
  >,
): Promise<ApiKeyRow> {
  const row = await readRow(
    db,
    sql<ApiKeyRow>`
      insert into refill.api_key (team, name, scopes, secret_sha256, created_by)
      values (${key.team}, ${key.name}, ${key.scopes}, ${key.secret_sha256}, ${key.created_by}) returning ${columns}`,
  );
  if (row === null) throw new Error("An insert returns its row");
  return row;
}

/** The unrevoked key of this id, or null. */
export async function findApiKey(
  db: Queryable,
  id: string,
): Promise<ApiKeyRow | null> {
  return readRow(
    db,
    sql<ApiKeyRow>`select ${columns} from refill.api_key where id = ${id} and revoked_at is null`,
  );
}

/** Oldest first, revoked ones among them. A null team: of all teams. */
export async function listApiKeyRows(
  db: Queryable,
  team: number | null,
): Promise<readonly ApiKeyRow[]> {
  return readRows(
    db,
    sql<ApiKeyRow>`select ${columns} from refill.api_key where ${matches(sql`team`, team)} order by created_at, id`,
  );
}

/** False when there is no unrevoked key of this id. */
export async function markApiKeyRevoked(
  db: Queryable,
  id: string,
): Promise<boolean> {
  return affectsOne(
    db,
    sql`update refill.api_key set revoked_at = now() where id = ${id} and revoked_at is null`,
  );
}

/** Remembers that a key is in use, to the minute: not every request should write. */
export async function touchApiKey(db: Queryable, id: string): Promise<void> {
  await execute(
    db,
    sql`
      update refill.api_key set last_used_at = now()
      where id = ${id} and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
  );
}
