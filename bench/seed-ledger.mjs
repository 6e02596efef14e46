// Ledgers made by SQL, as exports would have left them: to measure reads of them without exporting for hours.

const CHUNK = 100_000;

/** A closed backfill of an export whose runs all completed, an hour each, over a made-up life of so many seconds. */
export async function seedBackfill(
  database,
  { exportId, runs, lifeSeconds, from = "2010-01-01Z" },
) {
  const { rows } = await database.query(
    `insert into refill.backfill (
       id, team, batch_export_id, definition_version, start_at, end_at, range_end, run_order, concurrency, requested_by, status,
       temporal_namespace, temporal_cluster_id, started_at, planned_at, plan_digest, total_runs, created_at
     )
     select gen_random_uuid(), team, id, definition_version, $2::timestamptz, $2::timestamptz + $3::integer * interval '1 hour',
       $2::timestamptz + $3::integer * interval '1 hour', 'oldest', 4, 'bench', 'Running', 'default', 'bench',
       now() - $4::integer * interval '1 second', now() - $4::integer * interval '1 second', 'digest', $3::integer, now() - $4::integer * interval '1 second'
     from refill.batch_export where id = $1
     returning id`,
    [exportId, from, runs, lifeSeconds],
  );
  const [{ id }] = rows;
  for (let first = 0; first < runs; first += CHUNK) {
    const last = Math.min(first + CHUNK, runs) - 1;
    await database.query(runsOf(`b.id = '${id}'`, first, last));
  }
  await database.query(closing("b.id = $1"), [id]);
  await database.query("vacuum (analyze) refill.run");
  return id;
}

/** Closed backfills of ten hours each, spread over some exports. */
export async function seedBackfills(database, { exportIds, backfills, runs }) {
  const each = backfills / exportIds.length;
  for (const exportId of exportIds) {
    await database.query("begin");
    await database.query(
      `insert into refill.backfill (
         id, team, batch_export_id, definition_version, start_at, end_at, range_end, run_order, concurrency, requested_by,
         status, temporal_namespace, temporal_cluster_id, started_at, planned_at, plan_digest, total_runs, created_at
       )
       select gen_random_uuid(), e.team, e.id, e.definition_version, at, at + $3::integer * interval '1 hour', at + $3::integer * interval '1 hour',
         'oldest', 4, 'bench', 'Running', 'default', 'bench', now(), now() - interval '1 hour', 'digest', $3::integer,
         now() - n * interval '1 minute'
       from refill.batch_export e
       cross join generate_series(1, $2::integer) n
       cross join lateral (select timestamptz '2000-01-01Z' + n * $3::integer * interval '1 hour' as at) start
       where e.id = $1`,
      [exportId, each, runs],
    );
    const ofExport = `b.batch_export_id = '${exportId}' and b.finished_at is null`;
    await database.query(runsOf(ofExport, 0, runs - 1));
    await database.query(closing("b.batch_export_id = $1"), [exportId]);
    await database.query("commit");
  }
  await database.query("vacuum (analyze)");
}

/** Completed runs, spread evenly over the life of their backfill, of up to 5,000 records; one in a thousand took two tries. */
function runsOf(where, first, last) {
  return `
    insert into refill.run (
      backfill_id, batch_export_id, ordinal, data_interval_start, data_interval_end, status, attempt, claim_token, slot,
      records_completed, bytes_exported, files, created_at, started_at, finished_at
    )
    select b.id, b.batch_export_id, n, b.start_at + n * interval '1 hour', b.start_at + (n + 1) * interval '1 hour',
      'Completed', 1 + (n % 1000 = 7)::integer, 1, n % 4, n * 37 % 5000, n * 37 % 5000 * 80,
      jsonb_build_array(jsonb_build_object('key', 'hours/' || n || '.jsonl', 'bytes', n * 37 % 5000 * 80,
        'records', n * 37 % 5000, 'sha256', repeat('0', 64))),
      b.planned_at, ended, ended
    from refill.backfill b
    cross join generate_series(${first}, ${last}) n
    cross join lateral (select b.planned_at + (now() - b.planned_at) * n / b.total_runs as ended) life
    where ${where}`;
}

function closing(where) {
  return `
    update refill.backfill b set status = 'Completed', finished_at = now(), last_updated_at = now(),
      total_records = (select sum(records) from refill.run_tally t where t.backfill_id = b.id)
    where ${where} and finished_at is null`;
}
