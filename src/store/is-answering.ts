import type { Queryable } from "./queryable.js";

/** Whether the ledger's database answers now. Never rejects. */
export async function isAnswering(db: Queryable): Promise<boolean> {
  try {
    await db.query("select 1");
    return true;
  } catch {
    return false;
  }
}
