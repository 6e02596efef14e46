import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { lockDataDir } from "../../src/embedded/data-dir-lock.js";
import {
  type DevFile,
  devFilePath,
  readDevFile,
  removeDevFile,
  writeDevFile,
} from "../../src/embedded/dev-file.js";
import { findServers } from "../../src/embedded/find-servers.js";

let dataDir = "";

const content: DevFile = {
  database_url: "postgresql://refill:secret@127.0.0.1:20001/refill",
  temporal_address: "127.0.0.1:20002",
  temporal_ui_url: "http://127.0.0.1:20003",
  api_url: "http://127.0.0.1:20004",
  pid: process.pid,
};

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "refill-dev-file-"));
});

afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

test("the dev file of a running process is found, and readable by its owner only", async () => {
  const lock = await lockDataDir(dataDir);
  await writeDevFile(dataDir, content);
  expect(await readDevFile(dataDir)).toEqual(content);
  expect((await stat(devFilePath(dataDir))).mode & 0o777).toBe(0o600);
  await removeDevFile(dataDir);
  expect(await readDevFile(dataDir)).toBeNull();
  await lock.release();
});

test("a dev file of servers alone, without an API, is found too", async () => {
  const lock = await lockDataDir(dataDir);
  const { api_url: _none, ...servers } = content;
  await writeDevFile(dataDir, servers);
  expect(await readDevFile(dataDir)).toEqual(servers);
  await lock.release();
});

test("a dev file whose process no longer holds the data dir is stale", async () => {
  await writeDevFile(dataDir, content);
  expect(await readDevFile(dataDir)).toBeNull();
});

test("a dev file left by a process that is not the holder is stale", async () => {
  const lock = await lockDataDir(dataDir);
  await writeDevFile(dataDir, { ...content, pid: 1 });
  expect(await readDevFile(dataDir)).toBeNull();
  await lock.release();
});

test("a torn or foreign dev file counts as none", async () => {
  await writeFile(devFilePath(dataDir), '{"database_url":');
  expect(await readDevFile(dataDir)).toBeNull();
  await writeFile(devFilePath(dataDir), '{"pid":1}');
  expect(await readDevFile(dataDir)).toBeNull();
});

test("removing an absent dev file is no error", async () => {
  await expect(removeDevFile(dataDir)).resolves.toBeUndefined();
});

describe("finding the servers", () => {
  test("servers that are set explicitly win over a running dev", async () => {
    const lock = await lockDataDir(dataDir);
    await writeDevFile(dataDir, content);
    const servers = {
      databaseUrl: "postgresql://db/x",
      temporalAddress: "t:1",
    };
    expect(await findServers({ config: { dataDir, servers } })).toEqual(
      servers,
    );
    await lock.release();
  });

  test("a running dev is found by its data dir", async () => {
    const lock = await lockDataDir(dataDir);
    await writeDevFile(dataDir, content);
    expect(await findServers({ config: { dataDir, servers: null } })).toEqual({
      databaseUrl: content.database_url,
      temporalAddress: content.temporal_address,
    });
    await lock.release();
  });

  test("with neither, the error says what to do and shows no password", async () => {
    await writeDevFile(dataDir, content);
    const finding = findServers({ config: { dataDir, servers: null } });
    await expect(finding).rejects.toMatchObject({
      code: "SERVERS_NOT_FOUND",
      exitCode: 3,
      message: expect.stringContaining("start `refill dev`"),
    });
    await expect(finding).rejects.not.toMatchObject({
      message: expect.stringContaining("secret"),
    });
  });
});
