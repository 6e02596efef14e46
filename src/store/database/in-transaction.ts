import type { Pool, PoolClient } from "pg";
import { RefillError } from "../../domain/errors.js";
import { describeUnavailable, isUnavailable } from "./classify-error.js";

/**
 * Runs `work` in one transaction on one connection and commits what it did. Whatever it throws rolls everything back
 * and is thrown on. A rejection while committing may hide a commit that went through: callers must be idempotent.
 * @throws RefillError DATABASE_UNAVAILABLE
 */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const result = await work(client);
    await commit(client);
    client.release();
    return result;
  } catch (error) {
    await rollBack(client, error);
    throw describeUnavailable(error);
  }
}

/** Postgres answers a `commit` after a swallowed error with a roll-back, and with no error: that must not pass as done. */
async function commit(client: PoolClient): Promise<void> {
  const { command } = await client.query("commit");
  if (command === "COMMIT") return;
  throw new RefillError(
    "INTERNAL",
    `A transaction was expected to commit and ended with ${command}: a statement in it failed and its error was not thrown on.`,
  );
}

/** A connection that may be broken, or still inside a transaction, does not go back into the pool. */
async function rollBack(client: PoolClient, error: unknown): Promise<void> {
  if (isUnavailable(error)) {
    client.release(true);
    return;
  }
  try {
    await client.query("rollback");
    client.release();
  } catch {
    client.release(true);
  }
}
