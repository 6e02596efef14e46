import type { TableName } from "../../../domain/table-name.js";
import type { Interval } from "../../source.js";
import type { DestinationAccess } from "../destination-access.js";
import { intervalSql } from "./interval-rows.js";
import type { Sessions } from "./sessions.js";
import { readTargetTable, tableSql } from "./target-table.js";

/** One look at the index each: so many take milliseconds to plan. */
const intervalsAtOnce = 100;

/** How many rows the table has of each interval; none where there is no table. @throws RefillError DESTINATION_* */
export async function countTargetRows(
  place: {
    readonly sessions: Sessions;
    readonly table: TableName;
    readonly rows: DestinationAccess["rows"];
  },
  intervals: readonly Interval[],
  signal: AbortSignal,
): Promise<readonly number[]> {
  const { sessions, table, rows } = place;
  return sessions.use(async (session) => {
    const target = await readTargetTable(session, table);
    if (target === null) return intervals.map(() => 0);
    const counts: number[] = [];
    for (let start = 0; start < intervals.length; start += intervalsAtOnce) {
      signal.throwIfAborted();
      const some = intervals.slice(start, start + intervalsAtOnce);
      const counted = some.map((interval, index) => {
        const condition = intervalSql(rows, target.columns, interval);
        return `select ${index} as index, (select count(*) from ${tableSql(table)} where ${condition})::float8 as records`;
      });
      const found = await session.query<{ records: number }>(
        `${counted.join(" union all ")} order by index`,
      );
      counts.push(...found.rows.map(({ records }) => records));
    }
    return counts;
  });
}
