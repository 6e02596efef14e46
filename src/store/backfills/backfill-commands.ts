import type { CommandObject } from "../../contract/objects/backfill-description.js";
import type { Queryable } from "../database/queryable.js";

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
  const { rowCount } = await db.query(
    `insert into refill.command (id, backfill_id, kind, arguments, reason, requested_by)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (id) do nothing`,
    [
      command.id,
      command.backfillId,
      command.kind,
      JSON.stringify(command.arguments),
      command.reason,
      command.requestedBy,
    ],
  );
  return rowCount === 1;
}

/** What the start of a backfill was asked with. */
export async function findStartArguments(
  db: Queryable,
  backfillId: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { rows } = await db.query<{
    arguments: Readonly<Record<string, unknown>>;
  }>(
    `select arguments from refill.command where backfill_id = $1 and kind = 'start' order by requested_at limit 1`,
    [backfillId],
  );
  return rows[0]?.arguments ?? {};
}

/** Oldest first. Timestamps are texts of Postgres. */
export async function listCommands(
  db: Queryable,
  backfillId: string,
): Promise<readonly CommandObject[]> {
  const { rows } = await db.query<CommandObject>(
    `select id, kind, arguments, reason, requested_by, requested_at from refill.command
     where backfill_id = $1 order by requested_at, id`,
    [backfillId],
  );
  return rows;
}
