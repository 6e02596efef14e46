/** Where the table, the files and the ledger differ, a line each; empty when all three say the same. */
export function compare({ table, files, backfill }) {
  return [
    ...compareDays(table, files.days),
    ...compareLedger(backfill.runs, files.objects),
    ...compareObject(backfill, table),
  ];
}

function compareDays(table, days) {
  const all = [...new Set([...table.keys(), ...days.keys()])].sort();
  return all.flatMap((day) => {
    const inTable = JSON.stringify(sumsOf(table.get(day)));
    const inFiles = JSON.stringify(sumsOf(days.get(day)));
    return inTable === inFiles
      ? []
      : [`${day}: the table holds ${inTable}, the files ${inFiles}`];
  });
}

function sumsOf({ rows = 0, distance = 0, delay = 0 } = {}) {
  return { rows, distance, delay };
}

function compareLedger(runs, objects) {
  const recorded = new Map(
    runs.flatMap((run) => run.files.map((file) => [file.key, file])),
  );
  const unknown = [...objects.keys()].filter((key) => !recorded.has(key));
  const differing = [...recorded].filter(([key, file]) => {
    const found = objects.get(key);
    return (
      found?.bytes !== file.bytes ||
      found.sha256 !== file.sha256 ||
      found.rows !== file.records
    );
  });
  return [
    ...unknown.map((key) => `${key}: on disk, but not in the ledger`),
    ...differing.map(([key]) => `${key}: differs from what the ledger says`),
  ];
}

function compareObject({ object }, table) {
  const rows = [...table.values()].reduce((sum, day) => sum + day.rows, 0);
  const { status, progress, total_records_count: total } = object;
  return status === "Completed" && progress.progress === 1 && total === rows
    ? []
    : [
        `the backfill says ${status} with ${total} records of ${rows}, progress ${progress?.progress}`,
      ];
}
