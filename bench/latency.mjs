// How long an operator waits: start to the first run begun, cancel to everything stopped, and a read of one backfill.
// As the client command takes them, so each includes the start of Node; that start alone is measured beside them.
import { createEvents } from "./events-table.mjs";
import { startInstallation } from "./installation.mjs";
import { median, timeMs } from "./measure.mjs";

const ROUNDS = 5;

const installation = await startInstallation();
const { database, refill } = installation;
try {
  await createEvents(installation, {
    name: "slow",
    start: "2020-01-01",
    end: "2021-01-01",
    every: "1 minute",
    interval: "day",
  });
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measure());
  const names = Object.keys(rounds[0]);
  console.log(
    JSON.stringify(
      Object.fromEntries(
        names.map((name) => [name, median(rounds.map((one) => one[name]))]),
      ),
      null,
      2,
    ),
  );
} finally {
  await installation.stop();
}

async function measure() {
  const nodeAloneMs = await timeMs(() => refill("export", "list"));
  let id;
  const startMs = await timeMs(async () => {
    ({ id } = await refill("backfill", "start", "slow", "--end", "2021-01-01"));
  });
  await untilOne(
    `select 1 from refill.run where backfill_id = '${id}' and status <> 'Starting'`,
  );
  const begun = await database.query(`
    select extract(epoch from min(r.started_at) - b.created_at) * 1000 as ms
    from refill.backfill b join refill.run r on r.backfill_id = b.id where b.id = '${id}' group by b.id`);
  const getMs = await timeMs(() => refill("backfill", "get", id));
  const cancelMs = await timeMs(() => refill("backfill", "cancel", id));
  await untilOne(
    `select 1 from refill.backfill where id = '${id}' and finished_at is not null`,
  );
  const stopped = await database.query(`
    select extract(epoch from finished_at - cancel_requested_at) * 1000 as ms
    from refill.backfill where id = '${id}'`);
  return {
    client_alone_ms: nodeAloneMs,
    start_command_ms: startMs,
    row_to_first_run_begun_ms: Number(begun.rows[0].ms),
    get_command_ms: getMs,
    cancel_command_ms: cancelMs,
    cancel_intent_to_closed_ms: Number(stopped.rows[0]?.ms ?? 0),
  };
}

async function untilOne(query) {
  for (;;) {
    const { rowCount } = await database.query(query);
    if (rowCount > 0) return;
  }
}
