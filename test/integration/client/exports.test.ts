import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createEvents } from "../backfill/installation.js";
import { eventDefinition, eventSource } from "./event-exports.js";
import { ledgerCounts } from "./ledger-counts.js";
import { createOperator, type Operator } from "./operator.js";

let operator: Operator;

beforeAll(async () => {
  operator = await createOperator();
  await createEvents(operator.refill.pool, {
    start: "2024-03-01",
    end: "2024-03-04",
    every: "1 hour",
  });
});

afterAll(() => operator.remove());

async function create(definition: object) {
  const file = await operator.definitionFile(definition);
  const end = await operator.json(["export", "create", file]);
  expect(end).toMatchObject({
    exitCode: 0,
    stderr: "",
    document: { name: expect.any(String) },
  });
  return end.document as { readonly id: string };
}

async function refused(...args: readonly string[]) {
  const { pool } = operator.refill;
  const before = await ledgerCounts(pool);
  const end = await operator.json(args);
  expect(end).toMatchObject({ exitCode: 2, stderr: "" });
  expect(await ledgerCounts(pool)).toEqual(before);
  return (end.document as { readonly error: unknown }).error;
}

test("an export is created from YAML, shown, tested, given a new version, and deleted; its name is free then", async () => {
  const { filesRoot } = operator.refill;
  const yaml = join(filesRoot, "life.yaml");
  await writeFile(
    yaml,
    `name: life
team: 1
interval: hour
source: { type: postgres, connection: default, table: public.events, timestamp_column: at }
destination: { type: files, path: life, key: "{data_interval_start}-{data_interval_end}" }
`,
  );
  const created = await operator.run(["export", "create", yaml]);
  expect(created).toMatchObject({ exitCode: 0, stderr: "" });
  expect(created.stdout).toMatch(
    /^Created life \(definition version 1, team 1\): /,
  );

  const byName = await operator.json(["export", "get", "life"]);
  const { id } = byName.document as { readonly id: string };
  expect(byName).toMatchObject({
    exitCode: 0,
    document: {
      name: "life",
      team: 1,
      definition_version: 1,
      definition: {
        interval: "hour",
        timezone: "UTC",
        format: { type: "jsonl", compression: "gzip" },
      },
    },
  });
  expect(await operator.json(["export", "get", id])).toEqual(byName);
  expect(await operator.json(["export", "list"])).toMatchObject({
    exitCode: 0,
    document: [byName.document],
  });

  const worker = operator.startWorker();
  await operator.takesWork(worker);
  const works = await operator.json(["export", "test", "life"]);
  await worker.stop();
  expect(works).toMatchObject({
    exitCode: 0,
    document: {
      batch_export: id,
      source: { ok: true, columns: ["id", "at", "name"] },
      destination: { ok: true, identity: `files:${join(filesRoot, "life")}` },
    },
  });
  expect(await readdir(join(filesRoot, "life"))).toEqual([]);

  const daily = await operator.definitionFile(eventDefinition("life"));
  const updated = await operator.json(["export", "update", "life", daily]);
  expect(updated).toMatchObject({
    exitCode: 0,
    document: { id, definition_version: 2, definition: { interval: "day" } },
  });

  const deleted = await operator.run(["export", "delete", "life"]);
  expect(deleted).toMatchObject({ exitCode: 0, stderr: "" });
  for (const reference of ["life", id]) {
    expect(await refused("export", "get", reference)).toMatchObject({
      code: "EXPORT_NOT_FOUND",
    });
  }
  expect((await create(eventDefinition("life"))).id).not.toBe(id);
});

describe("a definition that is wrong", () => {
  test("is told with all its problems at once, in one line, and nothing is written", async () => {
    const file = await operator.definitionFile({
      ...eventDefinition("a/b"),
      team: "one",
      interval: "fortnight",
      timezone: "Mars/Base",
      colour: "red",
      source: { type: "postgres", connection: "env:X", timestamp_column: "at" },
      destination: { type: "files", path: "../up", key: "{yeer}" },
      format: { type: "jsonl", compression: "lzma" },
    });
    const error = await refused("export", "create", file);
    expect(error).toMatchObject({ code: "DEFINITION_INVALID" });
    const { message, details } = error as {
      readonly message: string;
      readonly details: { readonly problems: readonly { path: string }[] };
    };
    expect(details.problems.map(({ path }) => path).sort()).toEqual([
      "colour",
      "destination.key",
      "destination.path",
      "format.compression",
      "interval",
      "name",
      "source",
      "team",
      "timezone",
    ]);
    expect(message).not.toContain("\n");
    expect(message).toContain("did you mean {year}?");
  });

  test("is not repeated where it holds a password", async () => {
    const file = await operator.definitionFile(
      eventDefinition("leak", {
        source: { ...eventSource, connection: "postgres://u:hunter2@host/db" },
      }),
    );
    for (const json of [[], ["--json"]]) {
      const end = await operator.run(["export", "create", file, ...json]);
      expect(end.exitCode).toBe(2);
      expect(end.stdout + end.stderr).toContain("source.connection");
      expect(end.stdout + end.stderr).not.toContain("hunter2");
    }
  });

  test("says what is wrong with the file itself", async () => {
    const missing = join(operator.refill.filesRoot, "missing.yaml");
    expect(await refused("export", "create", missing)).toMatchObject({
      code: "DEFINITION_INVALID",
      message: expect.stringContaining(missing),
    });
    const broken = join(operator.refill.filesRoot, "broken.yaml");
    await writeFile(broken, "name: [1\nteam: 1\n");
    expect(await refused("export", "create", broken)).toMatchObject({
      code: "DEFINITION_INVALID",
      message: expect.stringContaining("line 2"),
    });
  });

  test("is refused where its name belongs to another export of the team", async () => {
    await create(eventDefinition("mine"));
    await create(eventDefinition("taken"));
    const file = await operator.definitionFile(eventDefinition("taken"));
    for (const args of [
      ["create", file],
      ["update", "mine", file],
    ]) {
      expect(await refused("export", ...args)).toMatchObject({
        code: "EXPORT_NAME_TAKEN",
        details: { name: "taken", team: 1 },
      });
    }
  });
});

describe("a destination that another export has", () => {
  function placed(name: string, path: string, key: string, changes = {}) {
    const destination = { type: "files", path, key };
    return eventDefinition(name, { destination, ...changes });
  }
  const month = { interval: "month", team: 2 };

  test("is refused, to a new export and to an updated one, with the other named", async () => {
    const key = "{year}/{month}/{day}";
    const holder = await create(placed("holder", "place", key));
    const mover = placed("mover", "elsewhere", key, month);
    await create(mover);
    const conflicts = [
      placed("mover", "place", "{year}/{month}/01", month),
      placed("mover", "place/2024/03/05.jsonl", key, month),
    ];
    for (const definition of conflicts) {
      const file = await operator.definitionFile(definition);
      const anew = await operator.definitionFile({
        ...definition,
        name: "another",
      });
      for (const args of [
        ["update", "mover", file],
        ["create", anew],
      ]) {
        expect(await refused("export", ...args)).toMatchObject({
          code: "DESTINATION_SHARED",
          message: expect.stringContaining("export holder of team 1"),
          details: { export: holder.id, team: 1 },
        });
      }
    }
  });

  test("is granted where the names can't be the same, and to the export itself", async () => {
    const key = "{year}/{month}/{day}";
    await create(placed("beside", "place", `${key}/x`, month));
    await create(
      placed("in csv", "place", key, { ...month, format: { type: "csv" } }),
    );
    const own = await operator.definitionFile(placed("holder", "place", key));
    expect(
      await operator.json(["export", "update", "holder", own]),
    ).toMatchObject({ exitCode: 0 });
  });
});

test("an update that would move an export to another team is refused", async () => {
  await create(eventDefinition("stays"));
  const file = await operator.definitionFile(
    eventDefinition("stays", { team: 7 }),
  );
  expect(await refused("export", "update", "stays", file)).toMatchObject({
    code: "DEFINITION_INVALID",
    message: expect.stringMatching(/team.*expected 1, got 7/),
  });
});

test("a name that two teams use needs --team or REFILL_TEAM", async () => {
  const one = await create(eventDefinition("shared"));
  const two = await create(eventDefinition("shared", { team: 2 }));
  for (const args of [
    ["export", "get", "shared"],
    ["export", "delete", "shared"],
    ["backfill", "start", "shared"],
    ["backfill", "list", "--export", "shared"],
  ]) {
    expect(await refused(...args)).toMatchObject({
      code: "EXPORT_AMBIGUOUS",
      message: expect.stringMatching(/--team N or set REFILL_TEAM/),
      details: { teams: [1, 2] },
    });
  }
  const get = ["export", "get", "shared"];
  const ends = [
    await operator.json([...get, "--team", "2"]),
    await operator.json(get, { REFILL_TEAM: "1" }),
    await operator.json([...get, "--team", "2"], { REFILL_TEAM: "1" }),
    await operator.json(["export", "get", one.id]),
  ];
  expect(ends.map(({ document }) => document)).toMatchObject([
    { id: two.id },
    { id: one.id },
    { id: two.id },
    { id: one.id },
  ]);
  expect(await refused(...get, "--team", "3")).toMatchObject({
    code: "EXPORT_NOT_FOUND",
    message: expect.stringContaining("team 3"),
  });
});

describe("an open backfill", () => {
  test("keeps the definition that it was started with, and goes on when its export is deleted", async () => {
    const { filesRoot } = operator.refill;
    await create(eventDefinition("pinned"));
    await create(eventDefinition("deleted"));
    const pinned = await operator.started("pinned", "--end", "2024-03-04");
    const deleted = await operator.started("deleted", "--end", "2024-03-04");
    const changed = await operator.definitionFile(
      eventDefinition("pinned", {
        source: { ...eventSource, columns: ["id"] },
        destination: {
          type: "files",
          path: "new",
          key: "{data_interval_start}",
        },
      }),
    );
    const update = ["export", "update", "pinned", changed];
    expect(await operator.json(update)).toMatchObject({ exitCode: 0 });
    const remove = ["export", "delete", "deleted"];
    expect(await operator.json(remove)).toMatchObject({ exitCode: 0 });

    operator.startWorker();
    for (const { id } of [pinned, deleted]) {
      expect(await operator.closed(id)).toMatchObject({
        status: "Completed",
        total_records_count: 72,
      });
    }
    const file = join(
      filesRoot,
      "pinned-1",
      "20240301T000000Z-20240302T000000Z.jsonl",
    );
    const [line = ""] = (await readFile(file, "utf8")).split("\n");
    expect(Object.keys(JSON.parse(line) as object)).toEqual([
      "id",
      "at",
      "name",
    ]);
    expect(await readdir(filesRoot)).not.toContain("new");
    expect(
      await operator.json(["backfill", "describe", pinned.id]),
    ).toMatchObject({ document: { definition_version: 1 } });
  });
});
