import type { Pool, PoolClient } from "pg";

/** Where a statement runs: the pool, or one connection inside a transaction. */
export type Queryable = Pick<Pool | PoolClient, "query">;
