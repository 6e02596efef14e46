import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { rememberedApiPort } from "../../src/embedded/api-port.js";

let dataDir = "";

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "refill-api-port-"));
});

afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

test("the API of a data dir has the same port again", async () => {
  const port = await rememberedApiPort(dataDir);
  expect(await rememberedApiPort(dataDir)).toBe(port);
});

test("a port that somebody else took meanwhile is given up for another", async () => {
  const port = await rememberedApiPort(dataDir);
  const other = createServer().listen(port, "127.0.0.1");
  await once(other, "listening");
  const next = await rememberedApiPort(dataDir);
  other.close();
  await once(other, "close");
  expect(next).not.toBe(port);
  expect(await rememberedApiPort(dataDir)).toBe(next);
});

test("a torn file counts as none", async () => {
  await writeFile(join(dataDir, "api.json"), '{"port":');
  expect(await rememberedApiPort(dataDir)).toBeGreaterThanOrEqual(20_000);
});
