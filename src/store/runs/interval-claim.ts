import { sql } from "../database/sql.js";

/** Whether the claim `c` is of the interval of the run `r`. */
export const claimIsOfRun = sql`c.batch_export_id = r.batch_export_id
  and c.data_interval_start = r.data_interval_start and c.data_interval_end = r.data_interval_end`;
