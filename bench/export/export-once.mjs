// One export in a process of its own: prints seconds, CPU seconds and the peak of resident memory, as JSON.
// Argument: {databaseUrl, table, startMs, endMs, parts, format}. Parts run side by side, a connection and a file each.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFormat } from "../../dist/transfer/formats/format-registry.js";
import { stageRun } from "../../dist/transfer/stage-run.js";
import { ownCosts } from "../measure.mjs";
import { openFolder, openTable, withoutLedger } from "./open-export.mjs";

const request = JSON.parse(process.argv[2]);
const filesRoot = await mkdtemp(join(tmpdir(), "refill-bench-"));
const begin = performance.now();
const staged = await Promise.all(
  Array.from({ length: request.parts }, (_, part) => exportPart(part)),
);
const seconds = (performance.now() - begin) / 1_000;
console.log(
  JSON.stringify({
    seconds,
    ...(await ownCosts()),
    megabytes: staged.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6,
    records: staged.reduce((sum, { records }) => sum + records, 0),
  }),
);
await rm(filesRoot, { recursive: true });

async function exportPart(part) {
  const spanMs = (request.endMs - request.startMs) / request.parts;
  const startMs = request.startMs + Math.round(spanMs * part);
  const endMs = request.startMs + Math.round(spanMs * (part + 1));
  const source = openTable(request.databaseUrl, request.table);
  const run = await stageRun({
    ...withoutLedger({ startMs, endMs }),
    source,
    format: createFormat(request.format),
    destination: openFolder(filesRoot),
    key: `part-${part}`,
  });
  await run.publish();
  await source.close();
  return run;
}
