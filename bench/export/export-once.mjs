// One export in a process of its own: prints seconds, CPU seconds and the peak of resident memory, as JSON.
// Argument: {databaseUrl, table, startMs, endMs, streams, format}. Streams read side by side and write one file.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFormat } from "../../dist/transfer/formats/format-registry.js";
import { stageRun } from "../../dist/transfer/stage-run.js";
import { ownCosts } from "../measure.mjs";
import { openFolder, openTable, withoutLedger } from "./open-export.mjs";

const { databaseUrl, table, streams, format, ...interval } = JSON.parse(
  process.argv[2],
);
const filesRoot = await mkdtemp(join(tmpdir(), "refill-bench-"));
const begin = performance.now();
const source = openTable(databaseUrl, table, streams);
const run = await stageRun({
  ...withoutLedger(interval),
  source,
  format: createFormat(format),
  destination: openFolder(filesRoot),
  key: "all",
});
await run.publish();
await source.close();
const seconds = (performance.now() - begin) / 1_000;
const { bytes, records } = run;
console.log(
  JSON.stringify({
    seconds,
    ...(await ownCosts()),
    megabytes: bytes / 1e6,
    records,
  }),
);
await rm(filesRoot, { recursive: true });
