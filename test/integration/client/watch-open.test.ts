import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { BackfillObject } from "../../../src/contract/objects/backfill.js";
import { parseRoute } from "../../../src/web/page/route.js";
import { createEvents, start, until } from "../backfill/installation.js";
import { addEventExport } from "./event-exports.js";
import { createOperator, type Operator } from "./operator.js";

let operator: Operator;
/** It stays open: there is no worker. */
let backfill: BackfillObject;

beforeAll(async () => {
  operator = await createOperator();
  const { context, pool } = operator.refill;
  await createEvents(pool, {
    start: "2024-03-01",
    end: "2024-03-02",
    every: "1 hour",
  });
  await addEventExport(context, "events", {});
  backfill = await start(context, { end: "2024-03-02" });
});

afterAll(() => operator.remove());

/** A browser that writes down what it is to open. */
async function aBrowser() {
  const folder = operator.refill.filesRoot;
  const opened = join(folder, "opened");
  const path = join(folder, "browser");
  await writeFile(
    path,
    `#!/bin/sh\nprintf %s "$1" > ${opened}.new && mv ${opened}.new ${opened}\n`,
  );
  await chmod(path, 0o700);
  const read = () => readFile(opened, "utf8").catch(() => null);
  return { path, opened: () => until(read) };
}

function watch(env: Readonly<Record<string, string>>, ...more: string[]) {
  return operator.start(
    ["backfill", "watch", backfill.id, "--open", ...more],
    env,
  );
}

test("--open opens the backfill's page, prints its link beside the document, and watches on", async () => {
  const browser = await aBrowser();
  const watching = watch(
    { REFILL_PAGE_URL: "https://refill.example/tools", BROWSER: browser.path },
    "--json",
  );
  const opened = new URL(await browser.opened());
  expect(opened.origin + opened.pathname).toBe("https://refill.example/tools/");
  expect(parseRoute(opened.hash)).toMatchObject({
    team: 1,
    view: "backfill",
    backfill: backfill.id,
    batchExport: backfill.batch_export,
  });
  await watching.says("stderr", new RegExp(`^${opened.href}$`, "m"));
  await watching.says("stdout", /"status":"Starting"/);
  watching.child.kill("SIGINT");
  const { exitCode, stdout } = await watching.end;
  expect(exitCode).toBe(130);
  expect(stdout).not.toContain("https://");
});

test("where no browser opens it says so, and watches on", async () => {
  const watching = watch({
    REFILL_PAGE_URL: "https://refill.example/",
    BROWSER: "/bin/false",
  });
  await watching.says("stderr", /^https:\/\/refill\.example\/#/m);
  await watching.says("stderr", /^No browser was opened: .* ended with \d+\./m);
  await watching.says("stderr", /^Starting/m);
  watching.child.kill("SIGINT");
  expect((await watching.end).exitCode).toBe(130);
});

test("where no page is known it says how to tell, and watches on", async () => {
  const watching = watch({});
  await watching.says("stderr", /got none: .* Set REFILL_PAGE_URL/);
  await watching.says("stderr", /^Starting/m);
  watching.child.kill("SIGINT");
  expect((await watching.end).exitCode).toBe(130);
});

test("of a backfill that is not there opens nothing", async () => {
  const { exitCode, document, stderr } = await operator.json(
    ["backfill", "watch", "0f8fad5b-d9cb-469f-a165-70867728950e", "--open"],
    { REFILL_PAGE_URL: "https://refill.example/" },
  );
  expect([exitCode, document]).toMatchObject([
    2,
    { error: { code: "BACKFILL_NOT_FOUND" } },
  ]);
  expect(stderr).toBe("");
});
