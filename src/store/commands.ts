import type { Queryable } from "./queryable.js";

export interface NewCommand {
  readonly id: string;
  readonly backfillId: string;
  readonly kind: "start" | "cancel";
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly reason: string | null;
  readonly requestedBy: string;
}

export interface CommandRow {
  readonly id: string;
  readonly kind: string;
  readonly reason: string | null;
  readonly requested_by: string;
  readonly requested_at: string;
}

/** Adds to the audit trail. The same command twice is one entry. */
export async function insertCommand(
  db: Queryable,
  command: NewCommand,
): Promise<void> {
  await db.query(
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

/** Writes the intent to cancel. False when the backfill is already closed. */
export async function requestCancel(
  db: Queryable,
  backfillId: string,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update refill.backfill
     set cancel_requested_at = coalesce(cancel_requested_at, now()), last_updated_at = now()
     where id = $1 and open_id is not null`,
    [backfillId],
  );
  return rowCount === 1;
}

/** Oldest first. */
export async function listCommands(
  db: Queryable,
  backfillId: string,
): Promise<readonly CommandRow[]> {
  const { rows } = await db.query<CommandRow>(
    `select id, kind, reason, requested_by, requested_at from refill.command
     where backfill_id = $1 order by requested_at, id`,
    [backfillId],
  );
  return rows;
}
