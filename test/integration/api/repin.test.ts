import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import type { BackfillObject } from "../../../src/contract/objects/backfill.js";
import type { BackfillDescription } from "../../../src/contract/objects/backfill-description.js";
import { untilClosed } from "../backfill/installation.js";
import { apiFixture, eventsDefinition } from "./api-fixture.js";

const api = apiFixture();

test("a backfill takes its export's new definition, but 409 is what other intervals get, and 400 what is no news", async () => {
  const { context, filesRoot } = api.refill();
  const blocked = "20240302T000000Z-20240303T000000Z.jsonl";
  await mkdir(join(filesRoot, "repinned", blocked), { recursive: true });
  api.refill().startWorker();
  const key = await api.key(1, "batch_export:write");
  const base = "/api/projects/1/batch_exports/";
  const definition = eventsDefinition("repinned");
  await api.ask(key, "POST", base, definition);
  const started = await api.ask(key, "POST", `${base}repinned/backfills/`, {
    start_at: "2024-03-01",
    end_at: "2024-03-04",
  });
  const { id } = started.json<BackfillObject>();
  expect((await untilClosed(context, id)).status).toBe("Failed");
  const one = `${base}repinned/backfills/${id}/`;
  const repinnedUnder = async (changes: object) => {
    const changed = { ...definition, ...changes };
    const put = await api.ask(key, "PUT", `${base}repinned/`, changed);
    expect(put.status).toBe(200);
    return api.ask(key, "POST", `${one}repin/`, { reason: "the format" });
  };
  const hourly = await repinnedUnder({ interval: "hour" });
  expect([hourly.status, hourly.json()]).toMatchObject([
    409,
    { code: "INTERVALS_CHANGED" },
  ]);
  const gzipped = { type: "jsonl", compression: "gzip" };
  const taken = await repinnedUnder({ format: gzipped });
  expect([taken.status, taken.json()]).toMatchObject([200, { id }]);
  const again = await api.ask(key, "POST", `${one}repin/`);
  expect([again.status, again.json()]).toMatchObject([
    400,
    { code: "NOTHING_TO_REPIN" },
  ]);
  const described = await api.ask(key, "GET", `${one}describe/`);
  const { commands } = described.json<BackfillDescription>();
  expect(commands.map(({ kind }) => kind)).toEqual(["start", "repin"]);
  expect(api.faults).toEqual([]);
});
