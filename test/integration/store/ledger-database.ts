import type { Pool } from "pg";
import { createPool } from "../../../src/store/database/pool.js";
import { createLedgerDatabase } from "../servers/servers.js";
import { insertOpenBackfill } from "./ledger-rows.js";

/** A ledger of a test's own, with the exports and the open backfill of `ledger-rows`. */
export interface LedgerDatabase {
  readonly pool: Pool;
  drop(): Promise<void>;
}

export async function createLedger(): Promise<LedgerDatabase> {
  const database = await createLedgerDatabase();
  const pool = createPool({
    connectionString: database.databaseUrl,
    max: 12,
    applicationName: "test",
  });
  await insertOpenBackfill(pool);
  return {
    pool,
    drop: async () => {
      await pool.end();
      await database.drop();
    },
  };
}
