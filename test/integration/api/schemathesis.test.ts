import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "@jest/globals";
import type { BackfillObject } from "../../../src/contract/objects/backfill.js";
import { pythonTool } from "../servers/python-tool.js";
import { apiFixture, eventsDefinition } from "./api-fixture.js";

const { program, whyNot: reason } = pythonTool("schemathesis");
const testSeconds = 60;

const api = apiFixture();

const name = "Schemathesis finds no answer of the API that is a server's fault";

if (reason !== null) {
  test.skip(`${name} (skipped: ${reason})`, () => undefined);
} else {
  test(
    name,
    async () => {
      const { output, exitCode } = await examine(await prepare());
      expect([exitCode, exitCode === 0 ? "" : output]).toEqual([0, ""]);
      expect(api.faults).toEqual([]);
    },
    (testSeconds + 60) * 1_000,
  );
}

/** A team with an export and a closed backfill: what paths may name. */
async function prepare() {
  await api.refill().startWorker().ready;
  const key = await api.key(1, "batch_export:write");
  const base = "/api/projects/1/batch_exports/";
  await api.ask(key, "POST", base, eventsDefinition("examined"));
  const started = await api.ask(key, "POST", `${base}examined/backfills/`, {
    start_at: "2024-03-01",
    end_at: "2024-03-02",
  });
  return { key, id: started.json<BackfillObject>().id };
}

async function examine({
  key,
  id,
}: {
  readonly key: string;
  readonly id: string;
}) {
  const home = await mkdtemp(join(tmpdir(), "refill-schemathesis-"));
  const config = join(home, "schemathesis.toml");
  await writeFile(
    config,
    `[parameters]\n"path.team" = 1\n"path.export" = "examined"\n"path.id" = "${id}"\n`,
  );
  const child = spawn(
    program("schemathesis"),
    [
      "--config-file",
      config,
      "run",
      `${api.origin()}/openapi.json`,
      "--header",
      `Authorization: Bearer ${key}`,
      "--checks",
      "not_a_server_error",
      "--max-examples",
      "30",
      // Its answer does not end by itself.
      "--exclude-operation-id",
      "followBackfill",
      "--exclude-operation-id",
      "deleteExport",
      "--phases",
      "examples,coverage,fuzzing",
      "--max-time",
      String(testSeconds),
      "--no-color",
    ],
    { cwd: home, stdio: ["ignore", "pipe", "pipe"] },
  );
  const ended = once(child, "close");
  const parts = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [exitCode] = (await ended) as [number | null];
  await rm(home, { recursive: true, force: true });
  return { output: parts.join(""), exitCode };
}
