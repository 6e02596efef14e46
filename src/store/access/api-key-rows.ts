import type { Queryable } from "../database/queryable.js";

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

/** SQL: the columns of a key, of the table that has this name in the query. */
export function apiKeyColumns(table: string): string {
  return [
    "id",
    "team",
    "name",
    "scopes",
    "secret_sha256",
    "created_at",
    "created_by",
    "last_used_at",
    "revoked_at",
  ]
    .map((column) => `${table}.${column}`)
    .join(", ");
}

const columns = apiKeyColumns("api_key");

export async function insertApiKey(
  db: Queryable,
  key: Pick<
    ApiKeyRow,
    "team" | "name" | "scopes" | "secret_sha256" | "created_by"
  >,
): Promise<ApiKeyRow> {
  const { rows } = await db.query<ApiKeyRow>(
    `insert into refill.api_key (team, name, scopes, secret_sha256, created_by)
     values ($1, $2, $3, $4, $5) returning ${columns}`,
    [key.team, key.name, key.scopes, key.secret_sha256, key.created_by],
  );
  const [row] = rows;
  if (row === undefined) throw new Error("An insert returns its row");
  return row;
}

/** The unrevoked key of this id, or null. */
export async function findApiKey(
  db: Queryable,
  id: string,
): Promise<ApiKeyRow | null> {
  const { rows } = await db.query<ApiKeyRow>(
    `select ${columns} from refill.api_key where id = $1 and revoked_at is null`,
    [id],
  );
  return rows[0] ?? null;
}

/** Oldest first, revoked ones among them. A null team: of all teams. */
export async function listApiKeyRows(
  db: Queryable,
  team: number | null,
): Promise<readonly ApiKeyRow[]> {
  const { rows } = await db.query<ApiKeyRow>(
    `select ${columns} from refill.api_key where $1::integer is null or team = $1 order by created_at, id`,
    [team],
  );
  return rows;
}

/** False when there is no unrevoked key of this id. */
export async function markApiKeyRevoked(
  db: Queryable,
  id: string,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update refill.api_key set revoked_at = now() where id = $1 and revoked_at is null`,
    [id],
  );
  return rowCount === 1;
}

/** Remembers that a key is in use, to the minute: not every request should write. */
export async function touchApiKey(db: Queryable, id: string): Promise<void> {
  await db.query(
    `update refill.api_key set last_used_at = now()
     where id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
    [id],
  );
}
