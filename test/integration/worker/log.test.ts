import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { validateDefinition } from "../../../src/definition/read-definition.js";
import { updateExport } from "../../../src/operations/exports/update-export.js";
import {
  createEvents,
  createEventsExport,
  createInstallation,
  type Installation,
  start,
  until,
  untilClosed,
} from "../backfill/installation.js";
import {
  killWorkerProcesses,
  startWorkerProcess,
} from "../crash/worker-process.js";

let refill: Installation;

beforeAll(async () => {
  refill = await createInstallation();
  await createEvents(refill.pool, {
    start: "2024-03-01",
    end: "2024-03-02",
    every: "1 hour",
  });
});

afterEach(killWorkerProcesses);

afterAll(() => refill.remove());

const day = { start: "2024-03-01", end: "2024-03-02" };

test("what goes wrong in a run is logged as JSON under its ids and its span's, without the password that its error names", async () => {
  const worker = startWorkerProcess(refill, {
    REFILL_LOG_FORMAT: "json",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9", // nobody listens there
  });
  const password = new URL(refill.databaseUrl).password;
  const definition = definitionWithKey(`{data_interval_start}-${password}`);
  const created = await createEventsExport(refill.context, definition);
  const first = await start(refill.context, day);
  expect(await untilClosed(refill.context, first.id)).toMatchObject({
    status: "Completed",
  });
  await putFolderInPlaceOfTheFile();
  await updateExport(refill.context, {
    team: null,
    export: "events",
    definition: validateDefinition({
      ...created.definition,
      ...definitionWithKey("{data_interval_start}"),
    }),
  });
  const { id } = await start(refill.context, day);
  await untilClosed(refill.context, id);
  const line = await until(() =>
    Promise.resolve(
      documentsOf(worker.log()).find(({ message }) =>
        String(message).startsWith("Files of an earlier export"),
      ) ?? null,
    ),
  );
  expect(line).toMatchObject({
    level: "warn",
    batch_export_id: created.id,
    run: `${id}/0`,
    run_attempt: 1,
    trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
  });
  expect(line["error"]).toContain("[redacted].jsonl: EISDIR");
  expect(line["error"]).not.toContain(password);
  expect(line).not.toHaveProperty("taskToken");
});

function definitionWithKey(key: string) {
  return { destination: { type: "files", path: "events", key } };
}

/** So that it can't be removed when another name replaces it. */
async function putFolderInPlaceOfTheFile(): Promise<void> {
  const folder = join(refill.filesRoot, "events");
  const [file = ""] = await readdir(folder);
  await rm(join(folder, file));
  await mkdir(join(folder, file));
  await writeFile(join(folder, file, "in the way"), "");
}

/** Every line is to be one. */
function documentsOf(log: string): readonly Record<string, unknown>[] {
  return log
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
