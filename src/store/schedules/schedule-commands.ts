import type { ScheduleCommandObject } from "../../contract/objects/schedule.js";
import type { Queryable } from "../database/queryable.js";
import { execute } from "../database/run-statement.js";
import { sql } from "../database/sql.js";

/** Adds to what is known to have been done to a schedule, and by whom. */
export async function insertScheduleCommand(
  db: Queryable,
  command: Omit<ScheduleCommandObject, "requested_at"> & {
    readonly scheduleId: string;
  },
): Promise<void> {
  await execute(
    db,
    sql`
      insert into refill.schedule_command (schedule_id, kind, reason, requested_by)
      values (${command.scheduleId}, ${command.kind}, ${command.reason}, ${command.requested_by})`,
  );
}

/** The latest twenty commands of a schedule `s`, oldest first, as JSON with times as Postgres writes them. */
export const latestCommands = sql`(
  select coalesce(json_agg(json_build_object('kind', kind, 'reason', reason, 'requested_by', requested_by,
    'requested_at', requested_at::text) order by requested_at, id), '[]')
  from (
    select * from refill.schedule_command c where c.schedule_id = s.id order by c.requested_at desc, c.id desc limit 20
  ) latest
)`;
