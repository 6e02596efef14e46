import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { removeServersData } from "../../../src/embedded/servers.js";
import { eventsDefinition } from "../api/api-fixture.js";
import { makeTestDataDir } from "../servers/servers.js";
import { runClient, type RunningClient, startClient } from "./client.js";
import { workerOf } from "./worker-of.js";

let dataDir: string;
let dev: RunningClient;

beforeEach(async () => {
  dataDir = await makeTestDataDir();
  dev = startClient(["dev", "--json", "--data-dir", dataDir]);
});

afterEach(async () => {
  dev.child.kill("SIGINT");
  await dev.end;
  await removeServersData(dataDir);
});

const ready = /^\}$/m;

test("dev starts everything, is found by its data dir, restarts its worker and ends with 0", async () => {
  const shown = JSON.parse(await dev.says("stdout", ready)) as Record<
    string,
    unknown
  >;
  const path = join(dataDir, "dev.json");
  const written = JSON.parse(await readFile(path, "utf8")) as typeof shown;
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const url = new URL(String(written["database_url"]));
  expect(url.password).not.toBe("");
  url.password = "";
  expect(shown).toEqual({ ...written, database_url: url.href });
  expect(shown["pid"]).toBe(dev.child.pid);

  const health = await fetch(`${String(shown["api_url"])}/readyz`);
  expect(health.status).toBe(200);
  const exports = `${String(shown["api_url"])}/api/projects/1/batch_exports/`;
  expect(await (await fetch(exports)).json()).toEqual([]);

  const list = ["export", "list", "--json", "--data-dir", dataDir];
  expect(await runClient(list)).toEqual({
    exitCode: 0,
    stdout: "[]\n",
    stderr: "",
  });

  const second = await runClient(["dev", "--json", "--data-dir", dataDir]);
  expect(JSON.parse(second.stdout)).toHaveProperty(
    "error.code",
    "SERVERS_ALREADY_RUNNING",
  );

  process.kill(await workerOf(dev), "SIGKILL");
  await dev.says("stderr", /The worker ended \(SIGKILL\)\. Starting it again/);

  dev.child.kill("SIGINT");
  const end = await dev.end;
  expect(end.exitCode).toBe(0);
  expect(JSON.parse(end.stdout)).toEqual(shown);
  await expect(fetch(exports)).rejects.toThrow();
  await expect(stat(path)).rejects.toMatchObject({ code: "ENOENT" });
  const after = await runClient(list);
  expect(after.exitCode).toBe(3);
});

test("watch --open opens the page that dev serves", async () => {
  const shown = JSON.parse(await dev.says("stdout", ready)) as {
    readonly api_url: string;
  };
  const base = `${shown.api_url}/api/projects/1/batch_exports/`;
  await post(base, eventsDefinition("watched"));
  const { id } = await post(`${base}watched/backfills/`, {
    start_at: "2024-03-01",
    end_at: "2024-03-02",
  });
  const watching = startClient(
    ["backfill", "watch", id, "--open", "--data-dir", dataDir],
    { BROWSER: "/bin/true" },
  );
  const link = `${shown.api_url}/#/1/`;
  expect(await watching.says("stderr", /#\/1\//)).toContain(link);
  // There is no such table.
  expect((await watching.end).exitCode).toBe(1);
  expect((await watching.end).stderr).not.toContain("No browser");
});

async function post(url: string, body: object): Promise<{ id: string }> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect([url, answer.status]).toEqual([url, 201]);
  return (await answer.json()) as { id: string };
}

test("an interrupt while dev starts ends it with 0 and leaves nothing behind", async () => {
  await dev.says("stderr", /Postgres: /);
  dev.child.kill("SIGINT");
  const end = await dev.end;
  expect(end).toMatchObject({ exitCode: 0, stdout: "" });
});
