// The main job on real data: three million flights, backfilled by day on embedded servers, then counted again.
import { parseArgs } from "node:util";
import { backfillFlights } from "./demo/backfill-flights.mjs";
import { compare } from "./demo/compare.mjs";
import { countFiles } from "./demo/count-files.mjs";
import { startDev } from "./demo/dev-server.mjs";
import { loadFlights } from "./demo/load-flights.mjs";
import { printReport } from "./demo/report.mjs";
import { say, timed } from "./demo/say.mjs";

const { values } = parseArgs({
  options: {
    keep: { type: "boolean", default: false },
    "data-dir": { type: "string", default: ".refill-demo" },
  },
});

let dev;
try {
  dev = await timed("starting Postgres, Temporal and a worker", () =>
    startDev(values["data-dir"]),
  );
  const table = await loadFlights(dev.databaseUrl);
  const backfill = await backfillFlights(dev);
  const files = await timed(
    "counting the written files again, with nothing of the exporter's",
    () => countFiles(dev.exportFolder),
  );
  const differences = compare({ table, files, backfill });
  printReport({ dev, table, files, backfill, differences, keep: values.keep });
  process.exitCode = differences.length === 0 ? 0 : 1;
  if (values.keep) await dev.untilInterrupted();
} catch (error) {
  say(String(error?.message ?? error));
  process.exitCode = 1;
} finally {
  await dev?.stop();
}
