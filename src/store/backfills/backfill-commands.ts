import type { CommandObject } from "../../contract/objects/backfill-description.js";
import type { Queryable } from "../database/queryable.js";
import { affectsOne, readRow, readRows } from "../database/run-statement.js";
import { json, sql } from "../database/sql.js";

export interface NewCommand {
  readonly id: string;
  readonly backfillId: string;
  readonly kind:
    | "start"
    | "cancel"
    | "pause"
    | "resume"
    | "set-concurrency"
    | "retry"
    | "repin";
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly reason: string | null;
  readonly requestedBy: string;
}

/** Adds to the audit trail. The same command twice is one entry: false, and nothing written, the second time. */
export async function insertCommand(
  db: Queryable,
  command: NewCommand,
): Promise<boolean> {
  return affectsOne(
    db,
    sql`
      insert into refill.command (id, backfill_id, kind, arguments, reason, requested_by)
      values (${command.id}, ${command.backfillId}, ${command.kind}, ${json(command.arguments)},
        ${command.reason}, ${command.requestedBy})
      on conflict (id) do nothing`,
  );
}

/** What the start of a backfill was asked with. */
export async function findStartArguments(
  db: Queryable,
  backfillId: string,
): Promise<Readonly<Record<string, unknown>>> {
  const row = await readRow(
    db,
    sql<{
      arguments: Readonly<Record<string, unknown>>;
    }>`
      select arguments from refill.command
      where backfill_id = ${backfillId} and kind = 'start'
      order by requested_at limit 1`,
  );
  return row?.arguments ?? {};
}

/** Oldest first. Timestamps are texts of Postgres. */
export async function listCommands(
  db: Queryable,
  backfillId: string,
): Promise<readonly CommandObject[]> {
  return readRows(
    db,
    sql<CommandObject>`
      select id, kind, arguments, reason, requested_by, requested_at from refill.command
      where backfill_id = ${backfillId} order by requested_at, id`,
  );
}
