const number = new Intl.NumberFormat("en-US");

/** What was done, what it came to, and where to look at it. */
export function printReport({ dev, files, backfill, differences, keep }) {
  const objects = [...files.objects.values()];
  const rows = objects.reduce((sum, one) => sum + one.rows, 0);
  const bytes = objects.reduce((sum, one) => sum + one.bytes, 0);
  const perSecond = Math.round(rows / backfill.seconds);
  const lines = [
    "",
    `status    ${backfill.object.status}`,
    `runs      ${number.format(backfill.object.progress.total_runs)} days`,
    `rows      ${number.format(rows)} in the files, counted again`,
    `files     ${number.format(objects.length)} in ${dev.exportFolder}`,
    `bytes     ${number.format(bytes)}`,
    `rate      ${number.format(perSecond)} rows/s over ${backfill.seconds.toFixed(1)} s, from start to Completed`,
    differences.length === 0
      ? "verified  the table, the files and the ledger agree: rows and sums by day, size and SHA-256 by file"
      : `DIFFERS   ${differences.length} times:\n${differences.slice(0, 20).join("\n")}`,
    `look      ${dev.uiUrl}/namespaces/default/workflows${keep ? "" : " (while the demo runs; npm run demo -- --keep leaves it running)"}`,
    ...(keep ? ["", "The servers run until Ctrl-C."] : []),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
