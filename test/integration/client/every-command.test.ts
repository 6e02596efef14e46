import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Command } from "commander";
import { createProgram } from "../../../src/cli/program.js";
import { capturedSurroundings } from "../../cli/captured.js";
import { createEvents } from "../backfill/installation.js";
import { addEventExport, eventDefinition } from "./event-exports.js";
import { type Backfill, createOperator, type Operator } from "./operator.js";
import { typedJson } from "./typed.js";

let operator: Operator;
let completed: Backfill;

beforeAll(async () => {
  operator = await createOperator();
  const { context, pool } = operator.refill;
  await createEvents(pool, {
    start: "2024-03-01",
    end: "2024-03-04",
    every: "1 hour",
  });
  await addEventExport(context, "hourly", { interval: "hour" });
  operator.startWorker();
  const start = "backfill start hourly --end 2024-06-09 --wait".split(" ");
  ({ document: completed } = (await asked(...start)) as unknown as {
    readonly document: Backfill;
  });
});

afterAll(() => operator.remove());

function asked(...args: readonly string[]) {
  return typedJson(operator.refill, args);
}

describe("--json prints one document on stdout and nothing else", () => {
  const nobody = "0f8fad5b-d9cb-469f-a165-70867728950e";
  const noExport = ["nosuch", 2, "EXPORT_NOT_FOUND"] as const;
  const noBackfill = [nobody, 2, "BACKFILL_NOT_FOUND"] as const;
  const noSchedule = [nobody, 2, "SCHEDULE_NOT_FOUND"] as const;
  /** For each command: what succeeds (null: steering.test.ts looks at it), and what fails with which exit code and code. */
  const commands = (): Readonly<
    Record<string, readonly [string | null, readonly [string, number, string]]>
  > => ({
    "export create": [definition, ["/nowhere.yaml", 2, "DEFINITION_INVALID"]],
    "export list": ["", ["--team x", 2, "USAGE"]],
    "export get": ["json", noExport],
    "export update": [
      `json ${definition}`,
      [`nosuch ${definition}`, 2, "EXPORT_NOT_FOUND"],
    ],
    "export test": ["json", noExport],
    "export delete": ["json", noExport],
    "backfill plan": ["hourly --end 2024-03-02", noExport],
    "backfill start": ["hourly --end 2024-03-02 --wait", noExport],
    "backfill list": ["", ["--export nosuch", 2, "EXPORT_NOT_FOUND"]],
    "backfill get": [completed.id, noBackfill],
    "backfill describe": [completed.id, noBackfill],
    "backfill runs": [completed.id, noBackfill],
    "backfill explain": [
      `${completed.id} 0`,
      [`${completed.id} 2400`, 2, "RUN_NOT_FOUND"],
    ],
    "backfill watch": [completed.id, noBackfill],
    "backfill pause": [null, noBackfill],
    "backfill resume": [null, noBackfill],
    "backfill set-concurrency": [null, [`${nobody} 3`, 2, noBackfill[2]]],
    "backfill cancel": [null, noBackfill],
    "backfill retry": [null, noBackfill],
    "backfill repin": [null, noBackfill],
    "backfill verify": [completed.id, noBackfill],
    "export coverage": ["hourly", noExport],
    "schedule create": ["hourly --audit report", noExport],
    "schedule list": ["", ["--team x", 2, "USAGE"]],
    "schedule get": ["hourly", noSchedule],
    "schedule runs": ["hourly", noSchedule],
    "schedule pause": ["hourly --reason why", noSchedule],
    "schedule resume": ["hourly", noSchedule],
    "schedule trigger": ["hourly", noSchedule],
    "schedule delete": ["hourly", noSchedule],
    "key create": [
      "--team 1 --scope batch_export:read",
      ["--team 1 --scope all", 2, "USAGE"],
    ],
    "key list": ["", ["more", 2, "USAGE"]],
    "key revoke": [keyId, [nobody, 2, "API_KEY_NOT_FOUND"]],
    migrate: ["", ["more", 2, "USAGE"]],
  });
  let definition = "";
  let keyId = "";

  beforeAll(async () => {
    definition = await operator.definitionFile(eventDefinition("json"));
    const create = "key create --team 1 --scope batch_export:read";
    const { document } = await asked(...create.split(" "));
    keyId = (document as { readonly id: string }).id;
  });

  test("for every command, whether it succeeds or fails", async () => {
    // Each prints its documents in a way of its own, which its own tests look at.
    const elsewhere = ["dev", "worker", "server"];
    const known = leaves(program()).filter((name) => !elsewhere.includes(name));
    expect(Object.keys(commands()).sort()).toEqual([...known].sort());
    for (const [name, [good, [bad, exitCode, code]]] of Object.entries(
      commands(),
    )) {
      const words = (args: string) =>
        `${name} ${args}`.split(" ").filter((word) => word !== "");
      expect([name, await asked(...words(bad))]).toMatchObject([
        name,
        {
          exitCode,
          stderr: "",
          document: {
            error: {
              code,
              message: expect.any(String),
              details: expect.any(Object),
            },
          },
        },
      ]);
      if (good === null) continue;
      const { exitCode: success, document } = await asked(...words(good));
      expect([name, success]).toEqual([name, 0]);
      expect(document).not.toHaveProperty("error.code");
    }
  });
});

function program(): Command {
  const { surroundings } = capturedSurroundings();
  return createProgram({
    surroundings,
    onOptions: () => undefined,
    end: () => undefined,
  });
}

function leaves(command: Command, before = ""): readonly string[] {
  if (command.commands.length === 0) return [before];
  return command.commands.flatMap((child) =>
    leaves(child, `${before} ${child.name()}`.trim()),
  );
}
